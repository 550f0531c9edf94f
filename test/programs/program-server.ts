import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, type TestContext } from "vitest";
import { expectWellFormed } from "../capture/well-formed.ts";
import { optional } from "../postgres/optional.ts";
import { type PostgresServer, startPostgres } from "../postgres/server.ts";
import { makeTwins, type Twins } from "./twins.ts";

const run = promisify(execFile);

/** What a program printed, and how it ended. */
interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server with the client programs of its own version: pg_dump refuses one that is newer than itself. */
export interface ProgramServer {
  /** The major version of both. */
  readonly major: number;
  /** Runs one of its programs to the end. */
  run(program: string, args: readonly string[], input?: string): Promise<Printed>;
  /** Gone after the test. */
  twins(policy?: string): Promise<Twins>;
  /** All that a database holds, as pg_dump writes it. */
  dump(url: string): Promise<string>;
}

/** Call at the top of a test file. Where PostgreSQL's programs are not installed, the running test is skipped. */
export function useProgramServer(): (context: Pick<TestContext, "skip">) => Promise<ProgramServer> {
  let started: Promise<PostgresServer> | undefined;
  const open: Twins[] = [];
  afterEach(async () => {
    for (const twins of open.splice(0)) {
      await twins.close();
      expectWellFormed(twins.proxied.recorder);
    }
  });
  afterAll(async () => (await started)?.stop());

  return async (context) => {
    // What stands in the PATH can be a script of the distribution; the programs themselves are beside the server.
    const bin = dirname(realpathSync(optional("postgres", context)));
    started ??= startPostgres({ bin });
    const server = await started;
    const runProgram: ProgramServer["run"] = (program, args, input) => {
      const path = join(bin, program);
      return runToTheEnd(existsSync(path) ? path : optional(program, context), args, input);
    };
    return {
      dump: async (url) => {
        const { code, stderr, stdout } = await runProgram("pg_dump", [url]);
        if (code !== 0) throw new Error(stderr);
        return withoutRestriction(stdout);
      },
      major: Number.parseInt(server.version, 10),
      run: runProgram,
      twins: async (policy) => {
        const twins = await makeTwins(server, policy);
        open.push(twins);
        return twins;
      },
    };
  };
}

/** Each dump carries a word of its own, by which psql knows that its commands come from pg_dump. */
export function withoutRestriction(dump: string): string {
  return dump.replaceAll(/^\\(un)?restrict .*$/gm, "\\$1restrict");
}

async function runToTheEnd(path: string, args: readonly string[], input = ""): Promise<Printed> {
  const running = run(path, args, {
    env: { ...process.env, LC_ALL: "C", PGTZ: "UTC" },
    maxBuffer: 64 * 1024 * 1024,
  });
  running.child.stdin?.on("error", () => {});
  running.child.stdin?.end(input);
  const ended = running.then((printed) => ({ ...printed, code: 0 })).catch((error: Printed) => error);
  const { code, stderr, stdout } = await ended;
  return { code, stderr, stdout };
}
