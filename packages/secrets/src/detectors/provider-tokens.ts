import { isWordStart } from "./boundary.ts";
import { type Detector, isRunToEnd, VALUE_LENGTH_MAX } from "./detector.ts";

interface TokenForm {
  readonly kind: string;
  readonly anchors: readonly string[];
  /** From the anchor on. Sticky; each part is bounded, and no part can give way to the next. */
  readonly pattern: RegExp;
  /** The anchor may also be the end of a word, since it is found nowhere else. */
  readonly isAnywhere?: true;
  /** How far before the anchor the token begins. */
  readonly before?: number;
}

/** The forms of tokens that say themselves whose they are, as their providers document them. */
const forms: readonly TokenForm[] = [
  {
    kind: "aws-access-key",
    anchors: ["AKIA", "ASIA", "ABIA", "ACCA"],
    pattern: /A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9])/y,
  },
  {
    kind: "github-token",
    anchors: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
    pattern: /gh[pousr]_[A-Za-z0-9_]{36,1024}/y,
    isAnywhere: true,
  },
  {
    kind: "github-token",
    anchors: ["github_pat_"],
    pattern: /github_pat_[A-Za-z0-9_]{36,255}/y,
    isAnywhere: true,
  },
  {
    kind: "gitlab-token",
    anchors: [
      "glpat-",
      "gldt-",
      "glrt-",
      "glrtr-",
      "glcbt-",
      "glptt-",
      "glft-",
      "glsoat-",
      "glffct-",
      "glimt-",
    ],
    pattern:
      /gl(?:pat|dt|rtr?|cbt|ptt|ft|soat|ffct|imt)-[A-Za-z0-9_-]{20,300}(?:\.[A-Za-z0-9_-]{2,64}){0,3}/y,
  },
  { kind: "npm-token", anchors: ["npm_"], pattern: /npm_[A-Za-z0-9]{36,255}/y, isAnywhere: true },
  { kind: "pypi-token", anchors: ["pypi-AgE"], pattern: /pypi-AgE[A-Za-z0-9_-]{50,1024}/y },
  {
    kind: "slack-token",
    anchors: ["xoxa-", "xoxb-", "xoxc-", "xoxd-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xapp-"],
    pattern: /(?:xox[a-eoprs]|xapp)-[A-Za-z0-9%/+=-]{10,512}/y,
  },
  { kind: "slack-token", anchors: ["xoxe.xox"], pattern: /xoxe\.xox[bp]-[A-Za-z0-9-]{20,512}/y },
  {
    kind: "slack-webhook",
    anchors: ["hooks.slack.com/"],
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9+/_-]{20,255}/y,
    isAnywhere: true,
  },
  {
    kind: "stripe-key",
    anchors: ["sk_live_", "sk_test_", "rk_live_", "rk_test_"],
    pattern: /[sr]k_(?:live|test)_[A-Za-z0-9]{16,255}/y,
  },
  { kind: "stripe-key", anchors: ["whsec_"], pattern: /whsec_[A-Za-z0-9+/=]{24,255}/y },
  { kind: "sendgrid-key", anchors: ["SG."], pattern: /SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,128}/y },
  { kind: "anthropic-key", anchors: ["sk-ant-"], pattern: /sk-ant-[A-Za-z0-9_-]{20,512}/y },
  {
    kind: "openai-key",
    anchors: ["sk-"],
    pattern:
      /sk-(?!ant-)(?:[A-Za-z0-9]{32,255}(?![A-Za-z0-9_-])|(?:proj|svcacct|admin|None|or-v1|lf)-[A-Za-z0-9_-]{20,512})/y,
  },
  {
    kind: "openai-key",
    anchors: ["T3BlbkFJ"],
    before: 20,
    pattern: /[A-Za-z0-9_-]{20}T3BlbkFJ[A-Za-z0-9_-]{20,255}/y,
  },
  { kind: "google-api-key", anchors: ["AIza"], pattern: /AIza[A-Za-z0-9_-]{35,64}(?![A-Za-z0-9_-])/y },
  { kind: "google-token", anchors: ["ya29."], pattern: /ya29\.[A-Za-z0-9_.-]{20,2048}/y },
  { kind: "google-token", anchors: ["GOCSPX-"], pattern: /GOCSPX-[A-Za-z0-9_-]{24,64}/y },
  { kind: "google-token", anchors: ["1//0"], pattern: /1\/\/0[A-Za-z0-9_-]{24,512}/y },
  {
    kind: "azure-secret",
    anchors: ["7Q~", "8Q~", "9Q~"],
    before: 3,
    pattern: /[A-Za-z0-9_.~-]{3}[789]Q~[A-Za-z0-9_.~-]{31,40}/y,
  },
  {
    kind: "azure-secret",
    anchors: ["JQQJ99"],
    before: 52,
    pattern: /[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{20,40}/y,
    isAnywhere: true,
  },
  {
    kind: "azure-signature",
    anchors: ["sig="],
    pattern: /sig=[A-Za-z0-9%+/]{40,120}(?:={0,2}|%3[dD])/y,
  },
  { kind: "hugging-face-token", anchors: ["hf_"], pattern: /hf_[A-Za-z0-9]{30,64}/y },
  {
    kind: "digitalocean-token",
    anchors: ["dop_v1_", "doo_v1_", "dor_v1_"],
    pattern: /do[opr]_v1_[a-f0-9]{64}/y,
  },
  {
    kind: "shopify-token",
    anchors: ["shpat_", "shpca_", "shppa_", "shpss_"],
    pattern: /shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32,64}/y,
  },
  { kind: "linear-key", anchors: ["lin_api_"], pattern: /lin_api_[A-Za-z0-9]{32,64}/y },
  { kind: "docker-token", anchors: ["dckr_pat_", "dckr_oat_"], pattern: /dckr_[po]at_[A-Za-z0-9_-]{20,64}/y },
  { kind: "vault-token", anchors: ["hvs.", "hvb."], pattern: /hv[sb]\.[A-Za-z0-9_-]{24,512}/y },
  { kind: "grafana-token", anchors: ["glsa_", "glc_"], pattern: /gl(?:sa|c)_[A-Za-z0-9_+/=]{32,512}/y },
  { kind: "groq-key", anchors: ["gsk_"], pattern: /gsk_[A-Za-z0-9]{40,64}/y },
  { kind: "xai-key", anchors: ["xai-"], pattern: /xai-[A-Za-z0-9]{60,120}/y },
  { kind: "databricks-token", anchors: ["dapi"], pattern: /dapi[a-f0-9]{32}(?:-\d)?(?![A-Za-z0-9])/y },
  { kind: "one-password-token", anchors: ["ops_eyJ"], pattern: /ops_eyJ[A-Za-z0-9_-]{100,4096}={0,2}/y },
  { kind: "age-key", anchors: ["AGE-SECRET-KEY-1"], pattern: /AGE-SECRET-KEY-1[0-9A-Z]{58}/y },
  { kind: "custody-token", anchors: ["cst_"], pattern: /cst_[A-Za-z0-9_-]{20,64}/y },
  {
    // RFC 7519 and RFC 7516: three parts when signed, five when encrypted.
    kind: "jwt",
    anchors: ["eyJ"],
    pattern:
      /eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{0,8192}\.[A-Za-z0-9_-]{16,4096}(?:\.[A-Za-z0-9_-]{0,8192}){0,2}/y,
  },
];

const tokenCharacters = /[A-Za-z0-9_.~%+/=-]+/y;

export const providerTokens: readonly Detector[] = forms.map(asDetector);

function asDetector({ anchors, before = 0, isAnywhere, kind, pattern }: TokenForm): Detector {
  const mayStart = (text: string, start: number) =>
    start >= 0 && (isAnywhere === true || isWordStart(text, start));
  return {
    anchors,
    find: (text, at) => {
      const start = at - before;
      if (!mayStart(text, start)) return undefined;
      pattern.lastIndex = start;
      return pattern.test(text) ? { start, end: pattern.lastIndex, kind } : undefined;
    },
    openFrom: (text, at) => {
      const start = Math.max(0, at - before);
      const isOpen = mayStart(text, start) && isRunToEnd(text, start, tokenCharacters, VALUE_LENGTH_MAX);
      return isOpen ? start : undefined;
    },
  };
}
