import { type RecordDraft, rfc3339 } from "@custody/domain";
import type { DiskSpace, DiskState } from "./disk-guard.ts";

interface DiskChange extends DiskSpace {
  readonly directory: string;
  readonly state: DiskState;
  readonly before: DiskState;
  readonly warnBytes: number;
  readonly stopBytes: number;
}

/** While nothing is forwarded nothing else is recorded, so the records themselves say from when to when that was. */
export function diskRecord(change: DiskChange, action: string, nowUs: number): RecordDraft {
  const { state, before, ...details } = change;
  const base = {
    action,
    actor: { service: "custody" },
    details,
    links: {},
    project: "",
    time: rfc3339(nowUs),
  } as const;
  const params = { directory: change.directory, free: `${Math.floor(change.freeBytes / 1024 ** 2)} MiB` };
  if (state === "stopped")
    return { ...base, level: "critical", message: { key: "disk.stopped", params }, type: "disk.stopped" };
  // Low after stopped is the way up: statements are forwarded again.
  if (state === "low" && before === "ok")
    return { ...base, level: "warning", message: { key: "disk.low", params }, type: "disk.low" };
  return { ...base, level: "info", message: { key: "disk.recovered", params }, type: "disk.recovered" };
}
