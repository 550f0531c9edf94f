import type { AnchorConfig } from "../config/outside-schema.ts";
import type { Config } from "../config/read-config.ts";

/** Who would sign checkpoints with the time, and where they would be kept. */
export function anchorLines({ anchors, timestamps }: Pick<Config, "anchors" | "timestamps">): string[] {
  const authority = timestamps === undefined ? [] : [`timestamps by ${timestamps.authority}`];
  return [...authority, ...anchors.map(anchorLine)];
}

function anchorLine(anchor: AnchorConfig): string {
  switch (anchor.kind) {
    case "git":
      return `anchor    git ${anchor.repository}, branch ${anchor.branch}, ${anchor.remote === undefined ? "not pushed" : `pushed to ${anchor.remote}`}`;
    case "file":
      return `anchor    file ${anchor.folder}`;
    case "s3":
      return `anchor    s3 ${anchor.bucket} at ${anchor.endpoint ?? `Amazon's ${anchor.region}`}`;
  }
}
