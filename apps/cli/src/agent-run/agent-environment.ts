import type { NewSession } from "@custody/server";
import { presetVariables } from "./presets/all-presets.ts";
import type { PresetInput } from "./presets/preset.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What opens Custody itself for people: the agent gets its session, and nothing of whoever started it. */
const WITHHELD: ReadonlySet<string> = new Set(["CUSTODY_TOKEN"]);

/** What presets are made from: the session's addresses go before what the caller has under the same names. */
export function presetInput({ env, models }: NewSession, variables: Variables): PresetInput {
  return { models, variables: { ...variables, ...env } };
}

/** The caller's environment, with the session's addresses in place of what is there. */
export function agentEnvironment(session: NewSession, input: PresetInput): Record<string, string> {
  const own = Object.entries(input.variables).filter(
    ([name, value]) => value !== undefined && !WITHHELD.has(name),
  );
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    ...presetVariables(input),
    CUSTODY_SESSION: session.session,
  };
}
