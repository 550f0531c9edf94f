import { type RecordDraft, rfc3339, type Target } from "@custody/domain";
import type { ServerIdentity, TargetUse } from "@custody/gateway";
import { describeServer } from "@custody/gateway/words";
import type { Human } from "../retention/retention-records.ts";
import { formerDetails, identityDetails } from "./pin-details.ts";
import { TARGET_CHANGED, TARGET_PINNED, TARGET_RETURNED } from "./pins.ts";

/** What every record gets from whoever writes it. */
export interface Stamp {
  readonly action: string;
  readonly nowUs: number;
}

/** A target was used for the first time. */
export function firstUseRecord(use: TargetUse, stamp: Stamp): RecordDraft {
  return {
    ...ofUse(use, stamp),
    details: { ...identityDetails(use.identity), ...whence(use), by: "first use" },
    level: "info",
    message: {
      key: TARGET_PINNED,
      params: { server: describeServer(use.identity), target: use.target.name },
    },
    type: TARGET_PINNED,
  };
}

/** Another server answered, and nothing was forwarded. `attempts`: how many connections, since the record before. */
export function changedRecord(
  use: TargetUse,
  pinned: ServerIdentity,
  attempts: number,
  stamp: Stamp,
): RecordDraft {
  return { ...changed(use, pinned, stamp, { attempts, repinned: false }), level: "critical" };
}

/** Another server answered for a target that may change. */
export function renewedRecord(use: TargetUse, pinned: ServerIdentity, stamp: Stamp): RecordDraft {
  return { ...changed(use, pinned, stamp, { by: "change", repinned: true }), level: "warning" };
}

/** The pinned server answers again. */
export function returnedRecord(use: TargetUse, attempts: number, stamp: Stamp): RecordDraft {
  return {
    ...ofUse(use, stamp),
    details: { ...identityDetails(use.identity), ...whence(use), attempts },
    level: "warning",
    message: {
      key: TARGET_RETURNED,
      params: { attempts, server: describeServer(use.identity), target: use.target.name },
    },
    type: TARGET_RETURNED,
  };
}

/** A person holds the target to another server, or to the same one anew. */
export function pinnedByPersonRecord(
  { human, identity, reason, target, upstream }: PinnedByPerson,
  former: ServerIdentity | undefined,
  { action, nowUs }: Stamp,
): RecordDraft {
  const { system } = identity;
  return {
    action,
    actor: { human },
    details: {
      ...identityDetails(identity),
      ...(former === undefined ? undefined : formerDetails(former)),
      by: human.name,
      reason,
      upstream,
    },
    level: "warning",
    links: {},
    message: { key: TARGET_PINNED, params: { server: describeServer(identity), target: target.name } },
    project: "",
    target: { ...target, ...(system === undefined ? undefined : { identity: system }) },
    time: rfc3339(nowUs),
    type: TARGET_PINNED,
  };
}

export interface PinnedByPerson {
  readonly human: Human;
  readonly target: Target;
  readonly identity: ServerIdentity;
  readonly upstream: string;
  readonly reason: string;
}

function changed(
  use: TargetUse,
  pinned: ServerIdentity,
  stamp: Stamp,
  what: NonNullable<RecordDraft["details"]>,
): Omit<RecordDraft, "level"> {
  const params = {
    expected: describeServer(pinned),
    server: describeServer(use.identity),
    target: use.target.name,
  };
  return {
    ...ofUse(use, stamp),
    details: { ...identityDetails(use.identity), ...formerDetails(pinned), ...whence(use), ...what },
    message: { key: TARGET_CHANGED, params },
    type: TARGET_CHANGED,
  };
}

function ofUse({ connection, session, target }: TargetUse, { action, nowUs }: Stamp) {
  return {
    action,
    actor: session.actor,
    links: { connection },
    project: session.project,
    session: session.id,
    target,
    time: rfc3339(nowUs),
  };
}

function whence({ address, upstream }: TargetUse) {
  return { address, upstream };
}
