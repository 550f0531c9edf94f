const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const base62 = `${letters}0123456789`;

/** So many characters, the same for the same seed. Made here, so that no file of the project has a secret's form. */
export function madeOf(alphabet: string, length: number, seed = 1): string {
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return alphabet[(state >>> 16) % alphabet.length] as string;
  }).join("");
}

const some = (length: number, seed: number, alphabet = base62) => madeOf(alphabet, length, seed);
const hex = "0123456789abcdef";
const base64 = `${base62}+/`;
const base64Url = `${base62}-_`;
const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A private key as RFC 7468 and OpenSSH write it. */
export function privateKeyText(label: string, seed: number, lineEnd = "\n"): string {
  const lines = Array.from({ length: 12 }, (_, at) => some(64, seed + at, base64));
  return [`-----BEGIN ${label}-----`, ...lines, `${some(20, seed, base64)}==`, `-----END ${label}-----`].join(
    lineEnd,
  );
}

/** One secret of each kind with a form of its own, as the providers document them, by kind. */
export function secretsOfKinds(seed: number): Readonly<Record<string, readonly string[]>> {
  return {
    "aws-access-key": [`AKIA${some(16, seed, upper)}`, `ASIA${some(16, seed, upper)}`],
    "github-token": [
      `ghp_${some(36, seed)}`,
      `ghs_${some(36, seed)}`,
      `gho_${some(36, seed)}`,
      `github_pat_${some(22, seed)}_${some(59, seed)}`,
    ],
    "gitlab-token": [
      `glpat-${some(20, seed, base64Url)}`,
      `glrt-${some(20, seed)}`,
      `glpat-${some(40, seed)}.01.${some(9, seed)}`,
    ],
    "npm-token": [`npm_${some(36, seed)}`],
    "pypi-token": [`pypi-AgEIcHlwaS5vcmc${some(80, seed, base64Url)}`],
    "slack-token": [
      `xoxb-${some(12, seed, "0123456789")}-${some(12, seed, "0123456789")}-${some(24, seed)}`,
      `xapp-1-A${some(10, seed, upper)}-${some(13, seed, "0123456789")}-${some(64, seed, hex)}`,
    ],
    "slack-webhook": [
      `hooks.slack.com/services/T${some(8, seed, upper)}/B${some(8, seed, upper)}/${some(24, seed)}`,
    ],
    "stripe-key": [`sk_live_${some(24, seed)}`, `rk_test_${some(99, seed)}`, `whsec_${some(32, seed)}`],
    "sendgrid-key": [`SG.${some(22, seed, base64Url)}.${some(43, seed, base64Url)}`],
    "anthropic-key": [
      `sk-ant-api03-${some(93, seed, base64Url)}AA`,
      `sk-ant-oat01-${some(93, seed, base64Url)}AA`,
    ],
    "openai-key": [
      `sk-proj-${some(74, seed, base64Url)}T3BlbkFJ${some(74, seed, base64Url)}`,
      `sk-${some(20, seed)}T3BlbkFJ${some(20, seed)}`,
      `sk-svcacct-${some(80, seed, base64Url)}`,
    ],
    "google-api-key": [`AIza${some(35, seed, base64Url)}`],
    "google-token": [`ya29.${some(120, seed, base64Url)}`, `GOCSPX-${some(28, seed)}`],
    "azure-secret": [`${some(3, seed)}8Q~${some(34, seed)}`],
    "azure-signature": [`sig=${some(43, seed)}%3D`],
    "hugging-face-token": [`hf_${some(34, seed, letters)}`],
    "shopify-token": [`shpat_${some(32, seed, hex)}`],
    "linear-key": [`lin_api_${some(40, seed)}`],
    "custody-token": [`cst_${some(43, seed, base64Url)}`],
    "private-key": [privateKeyText("RSA PRIVATE KEY", seed), privateKeyText("OPENSSH PRIVATE KEY", seed)],
    jwt: [`eyJ${some(33, seed)}.eyJ${some(80, seed, base64Url)}.${some(43, seed, base64Url)}`],
  };
}

/** One of them, whichever is picked: it is recognised by itself, wherever it stands. */
export function secretWithForm(seed: number, pick: number): string {
  const all = Object.values(secretsOfKinds(seed)).flat();
  return all[pick % all.length] as string;
}

/** A value without a form of its own, as a password generator makes it. */
export function randomValue(seed: number, length: number): string {
  return `${some(length, seed)}7aB`;
}

/** What gives such a value away: what stands before it, and after. */
export const placesOfValues: readonly (readonly [before: string, after: string])[] = [
  ["PASSWORD=", "\n"],
  ["export DB_PASSWORD='", "'\n"],
  ['{"api_key": "', '"}'],
  ['{\\"client_secret\\":\\"', '\\"}'],
  ["  secret_key_base: ", "\n"],
  ["Authorization: Bearer ", "\r\n"],
  ["postgres://app:", "@db.internal:5432/shop"],
  ["--token ", " --verbose"],
  ["ALTER ROLE app PASSWORD '", "';"],
  ["aws_secret_access_key = ", "\n"],
  ["DefaultEndpointsProtocol=https;AccountName=a;AccountKey=", "==;EndpointSuffix=x"],
  ["https://api.example.com/v1?access_token=", "&page=2"],
];

/** What stands around a secret in what agents read and write. */
export const surroundings: readonly string[] = [
  ...["", " ", "\n", '"', "'", "{", "\\n", "%20", "\t", "=", ": ", "\x1b[31m", "\\u001b[0m", "([", ">", "]"],
  ...["SELECT 1; ", "const a = b;\n", "the quick brown fox ", "token ", "password: ", "bearer ", "--token "],
];
