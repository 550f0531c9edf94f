import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const common = { count: z.number().int(), pid: z.number().int(), time: z.string() };
const names = z.array(z.string());

const schema = z.discriminatedUnion("ok", [
  z.object({
    ...common,
    ok: z.literal(true),
    digest: z.string(),
    added: names,
    changed: names,
    removed: names,
    needsRestart: names,
  }),
  z.object({ ...common, ok: z.literal(false), code: z.string(), message: z.string() }),
]);

/** What came of a reload. `count` goes up with each one in a process, so whoever asked for one can tell it from the last. */
export type ReloadOutcome = Readonly<{ count: number; pid: number; time: string }> &
  (
    | Readonly<{
        ok: true;
        digest: string;
        added: readonly string[];
        changed: readonly string[];
        removed: readonly string[];
        needsRestart: readonly string[];
      }>
    | Readonly<{ ok: false; code: string; message: string }>
  );

/** Undefined when there has been none, or the file says nothing that could be used. */
export function readReloadFile(directory: string): ReloadOutcome | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(pathOf(directory), "utf8")));
  } catch {
    return undefined;
  }
}

export function writeReloadFile(directory: string, outcome: ReloadOutcome): void {
  const path = pathOf(directory);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(outcome)}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

function pathOf(directory: string): string {
  return join(directory, "reload.json");
}
