import type { Action, Decision, Operation, SessionIdentity, Target } from "@custody/domain";
import type { ModelDoor } from "./context.ts";
import type { Endpoint } from "./provider.ts";
import type { RequestFacts } from "./reading/content.ts";
import { RecentlyUsed } from "./recently-used.ts";

/** A request to a model, as far as it is known before anybody decides about it. */
export interface ModelRequest {
  readonly door: ModelDoor;
  readonly endpoint: Endpoint;
  readonly facts: RequestFacts | undefined;
  readonly id: string;
  readonly session: SessionIdentity;
  readonly timeUs: number;
}

/** The act that a request is. What could not be read, or would go on where nobody sees it, is refused whatever policy says. */
export function describe({ door, endpoint, facts, id, session, timeUs }: ModelRequest): Action {
  const { operations, target } = callOf(door, endpoint.verb, facts?.model ?? endpoint.model ?? "");
  const refused = refusedOutright(door, endpoint, facts);
  return {
    id,
    links: NO_LINKS,
    operations,
    ...(refused === undefined ? undefined : { refused }),
    session,
    target,
    timeUs,
  };
}

const NO_LINKS: Action["links"] = Object.freeze({});

/** Models that are asked for at a time; clients name them. */
const CALLS_MAX = 200;

type Call = Pick<Action, "operations" | "target">;

const calls = new WeakMap<ModelDoor, { readonly byName: RecentlyUsed<Call>; readonly target: Target }>();

/** The same objects for all requests of a kind to a model: rules are then asked, and records encoded, once for all of them. */
function callOf(door: ModelDoor, verb: string, model: string): Call {
  const known = calls.get(door) ?? { byName: new RecentlyUsed<Call>(CALLS_MAX), target: targetOf(door) };
  calls.set(door, known);
  const { byName, target } = known;
  return byName.of(JSON.stringify([verb, model]), () => {
    const named = { database: door.provider.kind, name: model, resolved: "syntax", role: "read" } as const;
    const objects = model === "" ? [] : [named];
    const operations: readonly Operation[] = [{ kind: "call", objects, tier: "read", verb }];
    return { operations, target };
  });
}

function targetOf({ environment, provider, upstream }: ModelDoor): Target {
  return { environment, identity: upstream.host, kind: "model", name: provider.kind };
}

function refusedOutright(
  { allowed }: ModelDoor,
  endpoint: Endpoint,
  facts: RequestFacts | undefined,
): Decision | undefined {
  if (facts?.unreadable !== undefined)
    return denial("builtin:unreadable", `the body of the request could not be read: ${facts.unreadable}`);
  const outside = [endpoint.outside, ...(facts?.outside ?? [])].find(
    (what) => what !== undefined && !allowed.has(what),
  );
  if (outside === undefined) return undefined;
  return denial(
    "builtin:outside-the-record",
    `${outside} works at the provider's, where Custody cannot see what it does; \`models.allow\` in custody.yaml can permit it`,
  );
}

function denial(rule: string, reason: string): Decision {
  return { effect: "deny", policy: "", reasons: [reason], rule };
}
