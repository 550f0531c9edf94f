import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { nodePrimitives } from "@custody/ledger";
import { parseVerifierKey } from "@custody/ledger/verifier";
import { checkFolder } from "../../apps/cli/src/checking/check-folder.ts";
import { buildCommand, type Ran, run } from "../export/run-command.ts";
import { newId, type RecordChange, writeLedger } from "../export/written-ledger.ts";

/** The session that evidence is made of; others go on beside it. */
export const session = "019aa1f2-6f1d-7c31-9a52-0d6f2b1c7e44";

export const policyRecord = (origin: string): RecordChange => ({
  details: { builtin: "", digest: "3".repeat(64), origin, text: `# ${origin}` },
  message: { key: "policy.loaded", params: { origin } },
  project: "",
  // No session, as with every record that Custody writes about itself.
  session: undefined as never,
  type: "policy.loaded",
});

/** A ledger with a session in it, and an evidence folder of that session. Each test works on a copy of the folder. */
export class EvidenceFolder {
  readonly cwd: string = mkdtempSync(join(tmpdir(), "custody-evidence-"));
  readonly folder: string = join(this.cwd, "evidence");
  written: readonly AuditRecord[] = [];
  key = "";
  #copies = 0;

  async make(changes: readonly RecordChange[]): Promise<void> {
    buildCommand();
    this.written = await writeLedger(join(this.cwd, "custody-data"), changes);
    this.key = run(this.cwd, "keys", "verifier").out.trim();
    const { code, err } = this.export(this.folder);
    if (code !== 0) throw new Error(err);
  }

  export(path: string, ...args: readonly string[]): Ran {
    return run(this.cwd, "export", "--session", session, "--bundle", path, ...args);
  }

  copy(): string {
    this.#copies += 1;
    const path = join(this.cwd, `copy-${this.#copies}`);
    cpSync(this.folder, path, { recursive: true });
    return path;
  }

  check(folder: string, key: string = this.key): Ran {
    return run(this.cwd, "check", folder, "--key", key);
  }

  /** The verdict, and the codes of the findings, in their order. As the command does it, without a process for each. */
  async found(folder: string, key: string = this.key): Promise<{ ok: boolean; codes: readonly string[] }> {
    const verifierKey = await parseVerifierKey(key, nodePrimitives);
    const { report } = await checkFolder(folder, verifierKey, () => {});
    return { codes: report.findings.map(({ code }) => code), ok: report.ok };
  }

  remove(): void {
    rmSync(this.cwd, { force: true, recursive: true });
  }
}

export function newRecord(change: RecordChange = {}): RecordChange {
  return { action: newId(), session, ...change };
}

export function linesOf(folder: string, name: string): string[] {
  return readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
}

export function writeLines(folder: string, name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
}

/** A file with one line replaced by what `change` makes of it. */
export function changeLine(folder: string, name: string, at: number, change: (line: string) => string): void {
  const lines = linesOf(folder, name);
  writeLines(folder, name, lines.with(at, change(lines.at(at) as string)));
}

/** The text with another letter at this place, which is another letter whatever stands there. */
export function otherLetter(text: string, at: number): string {
  const place = at < 0 ? text.length + at : at;
  return text.slice(0, place) + (text[place] === "A" ? "B" : "A") + text.slice(place + 1);
}
