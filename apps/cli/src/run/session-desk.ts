import { isIPv6 } from "node:net";
import { type Actor, rfc3339 } from "@custody/domain";
import type { ListeningModels, ListeningTarget, SessionRegistry } from "@custody/gateway";
import { type Agent, HttpProblem, type NewSession } from "@custody/server";
import { z } from "zod";
import type { RunDesk } from "../agent-sessions/run-desk.ts";
import { runFactsSchema } from "../agent-sessions/run-facts.ts";
import { parseAddress, reachableHost } from "../config/address.ts";
import { parseDuration } from "../config/duration.ts";
import { readRequest } from "../control/read-request.ts";
import type { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import type { SessionIndexes } from "../recovery/session-indexes.ts";
import { sessionStartedRecord } from "../recovery/session-record.ts";
import { modelAddresses, modelVariables } from "./model-addresses.ts";

export interface SessionDeskOptions {
  readonly registry: SessionRegistry;
  readonly recorder: LedgerRecorder;
  readonly indexes: SessionIndexes;
  readonly projects: readonly string[];
  readonly targets: readonly ListeningTarget[];
  readonly models: ListeningModels | undefined;
  /** By the target's name: the variable that the agent gets its address in. */
  readonly variables: ReadonlyMap<string, string>;
  readonly runs: RunDesk;
  readonly nowUs: () => number;
  readonly newId: () => string;
}

const TTL_MS_MIN = 1000;
const TTL_MS_MAX = 30 * 86_400_000;

const ttl = z
  .string()
  .transform((text) => parseDuration(text) ?? Number.NaN)
  .refine(
    (ms) => ms >= TTL_MS_MIN && ms <= TTL_MS_MAX,
    "it is written as 90s, 30m, 12h or 7d, and is at most 30d",
  );

const requestSchema = z.strictObject({
  agent: z.string().trim().min(1, "it must have a name").max(128, "it is at most 128 characters long"),
  project: z.string().default("default"),
  run: runFactsSchema.optional(),
  ttl: ttl.optional(),
});

const TTL_MS = 12 * 3_600_000;

type Human = NonNullable<Actor["human"]>;

/** Gives out sessions. A session exists once its record is durable, not before. */
export async function openSession(
  body: unknown,
  desk: SessionDeskOptions,
  human: Human,
): Promise<NewSession> {
  const request = readRequest(requestSchema, body);
  if (!desk.projects.includes(request.project))
    throw new HttpProblem("request-invalid", `there is no project ${JSON.stringify(request.project)}`);
  const { registry, recorder, indexes, newId, nowUs, runs } = desk;
  const { agent, project, run } = request;
  // A run's token ends with the run, so the time does not have to.
  const { ttl: ttlMs = run === undefined ? TTL_MS : TTL_MS_MAX } = request;
  const issued = registry.issue({ agent, human, project, ttlMs });
  const { facts, identity, token } = issued;
  const runToken = run && runs.newToken();
  const start = run && runToken && { facts: run, tokenDigest: runToken.digest };
  const index = await recordDurably(recorder, sessionStartedRecord(issued, newId(), nowUs(), start));
  indexes.add(identity.id, index, facts.expiresAtUs);
  registry.restore(identity, facts);
  if (start !== undefined) runs.begin({ identity, tokenDigest: start.tokenDigest });
  return {
    session: identity.id,
    project,
    agent,
    expires: rfc3339(facts.expiresAtUs),
    ...addresses(desk, identity.id, project, token),
    ...(runToken === undefined ? undefined : { runToken: runToken.token }),
  };
}

/** Whose token it is. */
export function agentOf(registry: SessionRegistry, tokenDigest: string): Agent | null {
  const identity = registry.findByTokenDigest(tokenDigest)?.identity;
  if (identity === undefined) return null;
  return { name: identity.actor.agent?.name ?? "", project: identity.project, session: identity.id };
}

async function recordDurably(
  recorder: LedgerRecorder,
  draft: ReturnType<typeof sessionStartedRecord>,
): Promise<number> {
  try {
    return await recorder.recordOne(draft);
  } catch (error) {
    throw new HttpProblem("ledger-unavailable", `the ledger cannot write: ${(error as Error).message}`);
  }
}

function addresses(
  { models, targets, variables }: SessionDeskOptions,
  session: string,
  project: string,
  token: string,
): Pick<NewSession, "targets" | "models" | "mcp" | "hooks" | "env"> {
  const own = targets.filter((target) => target.project === project);
  const addresses = models === undefined ? {} : modelAddresses(models, token);
  const urls = own.map((target) => ({ ...target, url: urlOf(target, session, token) }));
  return {
    targets: Object.fromEntries(urls.map(({ kind, name, url }) => [name, { kind, url }])),
    models: addresses,
    mcp: {},
    hooks: {},
    env: {
      ...Object.fromEntries(urls.map(({ name, url }) => [variables.get(name) ?? name, url])),
      ...modelVariables(addresses, token),
    },
  };
}

/**
 * It always names the database: a client that is left to guess would take the session's id. And it says so where TLS is
 * required, since not every driver tries it unasked.
 */
function urlOf(
  { database, isTlsRequired, kind, listen }: ListeningTarget,
  session: string,
  token: string,
): string {
  const { host, port } = parseAddress(listen) ?? { host: "127.0.0.1", port: 0 };
  const reachable = reachableHost(host);
  const hostText = isIPv6(reachable) ? `[${reachable}]` : reachable;
  const tls = isTlsRequired ? "?sslmode=require" : "";
  return `${kind}://${session}:${token}@${hostText}:${port}/${encodeURIComponent(database)}${tls}`;
}
