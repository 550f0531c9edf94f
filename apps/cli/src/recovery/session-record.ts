import { type AuditRecord, type RecordDraft, rfc3339 } from "@custody/domain";
import type { IssuedSession, SessionFacts, SessionRegistry } from "@custody/gateway";
import { z } from "zod";
import type { FoundRun } from "../agent-sessions/run-desk.ts";
import { type RunFacts, runDetails } from "../agent-sessions/run-facts.ts";

/** What a session has that `custody run` opened. */
export interface RunStart {
  readonly facts: RunFacts;
  readonly tokenDigest: string;
}

/** The record by which a session exists. It holds what checks the token, and never the token. */
export function sessionStartedRecord(
  { facts, identity }: IssuedSession,
  action: string,
  nowUs: number,
  run?: RunStart,
): RecordDraft {
  const { expiresAtUs, tokenDigest, ...verifier } = facts;
  const { actor, id, project } = identity;
  return {
    action,
    actor,
    details: {
      ...verifier,
      expiresAt: rfc3339(expiresAtUs),
      ...(tokenDigest === undefined ? undefined : { tokenDigest }),
      ...(run === undefined ? undefined : { ...runDetails(run.facts), runTokenDigest: run.tokenDigest }),
    },
    level: "info",
    links: {},
    message: { key: "session.started", params: { agent: actor.agent?.name ?? "" } },
    project,
    session: id,
    time: rfc3339(nowUs),
    type: "session.started",
  };
}

const schema = z.object({
  expiresAt: z.iso.datetime(),
  iterations: z.number().int().positive(),
  salt: z.base64(),
  serverKey: z.base64(),
  storedKey: z.base64(),
  tokenDigest: z.base64().optional(),
  runTokenDigest: z.base64().optional(),
});

interface RestoredSession {
  readonly id: string;
  readonly expiresAtUs: number;
  /** Of a session with a run: it goes on when its `custody run` comes back. */
  readonly run: FoundRun | undefined;
}

/**
 * Lets a recorded session in again. A record that this version cannot read lets nobody in.
 */
export function restoreSession(record: AuditRecord, registry: SessionRegistry): RestoredSession | undefined {
  const details = schema.safeParse(record.details);
  if (!details.success || record.session === undefined) return undefined;
  const { expiresAt, runTokenDigest, ...verifier } = details.data;
  const facts: SessionFacts = { ...verifier, expiresAtUs: Date.parse(expiresAt) * 1000 };
  const identity = { actor: record.actor, id: record.session, project: record.project };
  registry.restore(identity, facts);
  const run = runTokenDigest === undefined ? undefined : { identity, tokenDigest: runTokenDigest };
  return { expiresAtUs: facts.expiresAtUs, id: identity.id, run };
}
