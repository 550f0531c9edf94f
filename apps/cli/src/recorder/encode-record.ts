import type { RecordDraft } from "@custody/domain";
import { canonicalJson } from "@custody/ledger";
import { deepFreeze } from "./deep-freeze.ts";
import type { Origin } from "./origin.ts";

/** What a record gains on its way into the ledger. */
interface Identity {
  readonly id: string;
  readonly sequence: number;
  /** The text of `draft.statement`, when it was encoded for an earlier record of the same action. */
  readonly statement: string | undefined;
}

export type EncodeRecord = (draft: RecordDraft, identity: Identity) => string;

/**
 * Writes records as canonical JSON (RFC 8785), which sorts members by name.
 *
 * This is `canonicalJson({ ...draft, id, location, source, v: 1 })`, written out: two records stand in the way of every
 * read, and the detour by way of one more object costs as much as all the rest. The test beside it compares the two
 * on a record with every member there is.
 */
export function recordEncoder({ location, source }: Origin): EncodeRecord {
  const locationText = canonicalJson(location);
  const { instance, kind, name, vantage, version } = source;
  const sourceHead = `{"instance":${canonicalJson(instance)},"kind":${canonicalJson(kind)},"name":${canonicalJson(name)},"sequence":`;
  const sourceTail = `,"vantage":${canonicalJson(vantage)},"version":${canonicalJson(version)}}`;
  return (draft, { id, sequence, statement }) =>
    `{"action":${canonicalJson(draft.action)},"actor":${shared(draft.actor)}${optional("approval", draft.approval)}${optional("blobs", draft.blobs)}` +
    `${optionalShared("decision", draft.decision)}${optional("details", draft.details)}${optional("duration", draft.duration)}` +
    `${optional("effect", draft.effect)},"id":"${id}","level":"${draft.level}","links":${shared(draft.links)}` +
    `,"location":${locationText},"message":${canonicalJson(draft.message)}${optionalShared("operations", draft.operations)}` +
    `${optional("parentSession", draft.parentSession)},"project":${canonicalJson(draft.project)}` +
    `${optional("session", draft.session)}${optional("simulation", draft.simulation)},"source":${sourceHead}${sequence}${sourceTail}` +
    `${statement === undefined ? optional("statement", draft.statement) : `,"statement":${statement}`}` +
    `${optionalShared("target", draft.target)},"time":"${draft.time}"${optional("transaction", draft.transaction)}` +
    `,"type":${canonicalJson(draft.type)},"v":1}`;
}

function optional(name: string, value: unknown): string {
  return value === undefined ? "" : `,"${name}":${canonicalJson(value)}`;
}

function optionalShared(name: string, value: unknown): string {
  return value === undefined ? "" : `,"${name}":${shared(value)}`;
}

/**
 * For what many records share: frozen once, it is encoded once. That includes operations, which statements of one form
 * have in common. What only two records share would cost more to freeze than to encode twice.
 */
function shared(value: unknown): string {
  deepFreeze(value);
  return canonicalJson(value);
}
