import { type AuditRecord, type RecordDraft, rfc3339 } from "@custody/domain";
import type { IssuedSession, SessionFacts, SessionRegistry } from "@custody/gateway";
import { z } from "zod";

/** The record by which a session exists. It holds what checks the token, and never the token. */
export function sessionStartedRecord(
  { facts, identity }: IssuedSession,
  action: string,
  nowUs: number,
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
});

/**
 * Lets a recorded session in again, and tells until when. A record that this version cannot read lets nobody in.
 */
export function restoreSession(record: AuditRecord, registry: SessionRegistry): number | undefined {
  const details = schema.safeParse(record.details);
  if (!details.success || record.session === undefined) return undefined;
  const { expiresAt, ...verifier } = details.data;
  const facts: SessionFacts = { ...verifier, expiresAtUs: Date.parse(expiresAt) * 1000 };
  registry.restore({ actor: record.actor, id: record.session, project: record.project }, facts);
  return facts.expiresAtUs;
}
