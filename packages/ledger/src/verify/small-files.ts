import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { parseEpoch } from "../writer/epoch.ts";
import type { Findings } from "./finding.ts";

/** The epoch counter must not be behind the entries, or the next start would name blocks like those that are there. */
export async function checkEpoch(
  disk: Disk,
  layout: Layout,
  last: number,
  findings: Findings,
): Promise<void> {
  const epoch = parseEpoch(await disk.read(layout.epoch));
  if (epoch === undefined || epoch < last)
    findings.add("FILE_DAMAGED", ".state/epoch", `it must hold ${last} or more, the epoch of the last entry`);
}

/** Torn tails that were copied aside carry the beginning of their digest in their names. */
export async function checkRecovered(disk: Disk, layout: Layout, findings: Findings): Promise<void> {
  for (const name of await disk.list(layout.recovered)) {
    if (name.endsWith(".tmp")) continue;
    const digest = /^\d+-\d+-([0-9a-f]{16})\.bin$/.exec(name)?.[1];
    const bytes = await disk.read(join(layout.recovered, name));
    const actual = bytes && createHash("sha256").update(bytes).digest("hex");
    if (digest === undefined || !actual?.startsWith(digest))
      findings.add("FILE_DAMAGED", `.state/recovered/${name}`, "it is not what was copied aside");
  }
}
