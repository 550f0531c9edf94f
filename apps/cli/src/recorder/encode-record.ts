import type { RecordDraft } from "@custody/domain";
import { canonicalJson } from "@custody/ledger";
import { encodeDuration, encodeEffect, encodeStatement } from "./encode-members.ts";
import { memberText, sharedMember, wordMember } from "./member-text.ts";
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
  const locationMember = memberText("location", location);
  const { instance, kind, name, vantage, version } = source;
  const sourceHead = `,"source":{"instance":${canonicalJson(instance)},"kind":${canonicalJson(kind)},"name":${canonicalJson(name)},"sequence":`;
  const sourceTail = `,"vantage":${canonicalJson(vantage)},"version":${canonicalJson(version)}}`;
  return (draft, { id, sequence, statement }) =>
    `{"action":${canonicalJson(draft.action)}${actor(draft.actor)}${memberText("approval", draft.approval)}${memberText("blobs", draft.blobs)}` +
    `${decision(draft.decision)}${memberText("details", draft.details)}${durationMember(draft)}${effectMember(draft)}` +
    `,"id":"${id}","level":"${draft.level}"${links(draft.links)}${locationMember}${message(draft.message)}${operations(draft.operations)}` +
    `${memberText("parentSession", draft.parentSession)}${project(draft.project)}${session(draft.session)}` +
    `${memberText("simulation", draft.simulation)}${sourceHead}${sequence}${sourceTail}${statementMember(draft, statement)}` +
    `${target(draft.target)},"time":"${draft.time}"${transaction(draft.transaction)}${type(draft.type)}${memberText("usage", draft.usage)},"v":1}`;
}

const actor = sharedMember("actor");
const decision = sharedMember("decision");
const links = sharedMember("links");
const message = sharedMember("message");
const operations = sharedMember("operations");
const project = wordMember("project");
const session = wordMember("session");
const target = sharedMember("target");
const transaction = sharedMember("transaction");
const type = wordMember("type");

function statementMember(draft: RecordDraft, known: string | undefined): string {
  if (draft.statement === undefined) return "";
  return `,"statement":${known ?? encodeStatement(draft.statement)}`;
}

function durationMember({ duration }: RecordDraft): string {
  return duration === undefined ? "" : `,"duration":${encodeDuration(duration)}`;
}

function effectMember({ effect }: RecordDraft): string {
  return effect === undefined ? "" : `,"effect":${encodeEffect(effect)}`;
}
