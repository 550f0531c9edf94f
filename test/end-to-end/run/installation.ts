import type { AuditRecord } from "@custody/domain";
import { onTestFinished } from "vitest";
import { createDatabase } from "../../postgres/shared.ts";
import { Custody } from "../custody-process.ts";

/** Custody in front of a database of its own, until the test ends. */
export async function installed(): Promise<Custody> {
  const database = await createDatabase();
  const custody = new Custody(database.url);
  onTestFinished(async () => {
    await custody.remove();
    await database.drop();
  });
  await custody.start();
  return custody;
}

/** The session of the newest run. */
export async function newestSession(custody: Custody): Promise<string> {
  const started = await custody.records<AuditRecord>("--type", "session.started");
  return started.at(-1)?.session ?? "";
}

/** The recording of a session, line by line, as `custody replay --json` has it. */
export async function castOf(custody: Custody, session: string): Promise<readonly unknown[]> {
  const { code, stderr, stdout } = await custody.run("replay", session, "--json");
  if (code !== 0) throw new Error(`custody replay ended with ${code}: ${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** All that was printed, in one text. */
export function printedIn(cast: readonly unknown[]): string {
  const events = cast.slice(1) as [number, string, string][];
  return events
    .filter(([, code]) => code === "o")
    .map(([, , data]) => data)
    .join("");
}

export async function endsOf(custody: Custody): Promise<readonly AuditRecord[]> {
  return custody.records<AuditRecord>("--type", "session.ended");
}
