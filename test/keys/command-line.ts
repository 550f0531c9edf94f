import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { runProgram } from "../../apps/cli/src/program.ts";
import type { Output } from "../../apps/cli/src/terminal/output.ts";

export interface Said {
  /** 2, and `error`, when it was refused. */
  readonly code: number;
  readonly error: (Error & { code?: string }) | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects is what it checks.
  readonly json: any;
  readonly lines: readonly string[];
  readonly hints: readonly string[];
}

/** The command line in this process, in a folder of its own with a custody.yaml. */
export class CommandLine {
  readonly folder: string = mkdtempSync(join(tmpdir(), "custody-keys-"));
  readonly variables: Record<string, string | undefined> = {};
  /** Everything that was ever said, to look for what must not be in it. */
  readonly everything: string[] = [];

  constructor() {
    onTestFinished(() => rmSync(this.folder, { force: true, recursive: true }));
  }

  get data(): string {
    return join(this.folder, "data");
  }

  configure(masterKey: string): void {
    writeFileSync(join(this.folder, "custody.yaml"), `data: ./data\nmasterKey: ${masterKey}\n`);
  }

  async run(...parameters: string[]): Promise<Said> {
    const json: unknown[] = [];
    const lines: string[] = [];
    const hints: string[] = [];
    const output: Output = {
      hint: (text) => void hints.push(text),
      isColored: false,
      json: (value) => void json.push(value),
      line: (text) => void lines.push(text),
      log: (text) => void hints.push(text),
      progress: () => {},
      write: (text) => void lines.push(text),
    };
    const environment = { variables: this.variables, version: "0.1.0", workingDirectory: this.folder };
    let error: Said["error"];
    const code = await runProgram(parameters, environment, output).catch((cause: Error) => {
      error = cause;
      return 2;
    });
    this.everything.push(...lines, ...hints, JSON.stringify(json), String(error?.stack));
    return { code, error, hints, json: json[0], lines };
  }
}
