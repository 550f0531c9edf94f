import type { ApprovalTerms, Decision, Environment } from "@custody/domain";
import type { Policy } from "@custody/policy";
import type { PolicyInForce, PolicyLoading } from "./policy-in-force.ts";

const ENVIRONMENTS: readonly Environment[] = ["production", "staging", "development", "disposable"];

/** One of the rules, as it stands in a text. */
interface ShownRule {
  readonly name: string;
  /** `policy`: the text; `builtin`; or the name of a preset. */
  readonly source: string;
  readonly effect: Decision["effect"];
  readonly match: Readonly<Record<string, readonly string[] | boolean>>;
  readonly when: string | null;
  /** What an agent is told. */
  readonly message: string;
  readonly approval: ApprovalTerms | null;
}

/** What `GET /api/policy` answers. */
export interface ShownPolicy {
  /** The file. */
  readonly origin: string;
  readonly digest: string;
  readonly text: string;
  readonly extends: readonly string[];
  readonly defaults: Readonly<Record<string, string>>;
  readonly loaded: PolicyLoading;
  readonly changed: PolicyLoading;
  readonly isOlder: boolean;
  /** Each once, in the order of the first environment that has it. Several that are built in can have one name. */
  readonly rules: readonly ShownRule[];
  /** The places, in `rules`, of those that are asked there, in their order; what none of them decides is allowed. */
  readonly environments: Readonly<Record<string, readonly number[]>>;
}

export function shownPolicy({ changed, isOlder, loaded, policy }: PolicyInForce): ShownPolicy {
  const rules: Rule[] = [];
  const placeOf = (rule: Rule) => (rules.includes(rule) ? rules.indexOf(rule) : rules.push(rule) - 1);
  const environments: Record<string, readonly number[]> = {};
  for (const environment of ENVIRONMENTS)
    environments[environment] = policy.rulesFor(environment).map(placeOf);
  return {
    changed,
    defaults: policy.defaults,
    digest: policy.digest,
    environments,
    extends: policy.extends,
    isOlder,
    loaded,
    origin: policy.origin,
    rules: rules.map((rule) => shownRule(rule, policy.presets)),
    text: policy.text,
  };
}

type Rule = ReturnType<Policy["rulesFor"]>[number];

function shownRule({ name, verdict, written }: Rule, presets: readonly string[]): ShownRule {
  const { effect, match, when } = written;
  const given = Object.entries(match).filter(([, value]) => value !== undefined);
  return {
    approval: verdict.approval ?? null,
    effect,
    match: Object.fromEntries(given) as ShownRule["match"],
    message: written.message ?? "",
    name,
    source: sourceOf(name, presets),
    when: when ?? null,
  };
}

/** Names with the name of a preset before them are its own: nobody else may use them. */
function sourceOf(name: string, presets: readonly string[]): string {
  return ["builtin", ...presets].find((each) => name.startsWith(`${each}:`)) ?? "policy";
}
