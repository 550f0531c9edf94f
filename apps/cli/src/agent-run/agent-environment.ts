import type { NewSession } from "@custody/server";
import { presetVariables } from "./presets/all-presets.ts";
import type { ModelAddress, PresetInput } from "./presets/preset.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What opens Custody itself for people: the agent gets its session, and nothing of whoever started it. */
const WITHHELD: ReadonlySet<string> = new Set(["CUSTODY_TOKEN"]);

/** Of several models of a kind, the one that is called like it. */
export function presetInput({ models }: NewSession, variables: Variables): PresetInput {
  const addresses = Object.entries(models as Readonly<Record<string, ModelAddress>>);
  const byKind: Partial<Record<ModelAddress["kind"], ModelAddress>> = {};
  for (const [name, address] of addresses)
    if (byKind[address.kind] === undefined || name === address.kind) byKind[address.kind] = address;
  return { models: byKind, variables };
}

/** The caller's environment, with the session's addresses in place of what is there. */
export function agentEnvironment(
  session: NewSession,
  variables: Variables,
  input: PresetInput,
): Record<string, string> {
  const own = Object.entries(variables).filter(([name, value]) => value !== undefined && !WITHHELD.has(name));
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    ...session.env,
    ...presetVariables(input),
    CUSTODY_SESSION: session.session,
  };
}
