import { execFile } from "node:child_process";
import { AnchorError } from "../error.ts";

/** The `git` program in one repository. */
export interface Git {
  readonly repository: string;
  /** Where programs are found: git itself, and ssh when it needs it. */
  readonly searchPath: string;
}

export interface GitRun {
  readonly code: number;
  readonly output: string;
  /** What it said to people, on one line. */
  readonly message: string;
}

const TIMEOUT_MS = 60_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const MESSAGE_LENGTH_MAX = 300;

/**
 * What a repository can be set up to run by itself, switched off: whoever may write into it could otherwise have
 * programs of theirs run by Custody. Git itself refuses a repository that belongs to another user.
 */
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "commit.gpgSign=false",
  "push.gpgSign=false",
  "push.followTags=false",
  "fetch.recurseSubmodules=false",
  "push.recurseSubmodules=no",
  "maintenance.auto=false",
  "gc.auto=0",
  "protocol.ext.allow=never",
].flatMap((setting) => ["-c", setting]);

/** Runs git, and returns whatever came of it. @throws AnchorError PLACE_UNREACHABLE when it cannot be run, or hangs */
export function tryGit(git: Git, args: readonly string[], more: GitInput = {}): Promise<GitRun> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      "git",
      [...SETTINGS, "-C", git.repository, ...args],
      {
        encoding: "utf8",
        env: { ...environmentOf(git), ...more.environment },
        maxBuffer: OUTPUT_BYTES_MAX,
        timeout: TIMEOUT_MS,
      },
      (error, output, errors) => {
        const message = onOneLine(errors);
        if (error === null) return resolve({ code: 0, output, message });
        if (typeof error.code === "number") return resolve({ code: error.code, output, message });
        const what = error.killed
          ? `git ${args[0]} was not done after ${TIMEOUT_MS / 1000} s`
          : "git cannot be run";
        return reject(
          new AnchorError("PLACE_UNREACHABLE", `${git.repository}: ${what} — see whether git works there`, {
            cause: error,
          }),
        );
      },
    );
    // A git that ends before it has read everything says so by its exit code.
    child.stdin?.on("error", () => {});
    child.stdin?.end(more.input ?? "");
  });
}

export interface GitInput {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs git where only success makes sense. @throws AnchorError PLACE_REFUSED, PLACE_UNREACHABLE */
export async function runGit(git: Git, args: readonly string[], more?: GitInput): Promise<string> {
  const { code, message, output } = await tryGit(git, args, more);
  if (code === 0) return output.trimEnd();
  throw new AnchorError(
    "PLACE_REFUSED",
    `${git.repository}: git ${args[0]} failed: ${message} — see to the repository`,
  );
}

/** Nothing of the user's: neither configuration nor editor, nor anybody to ask for a password. */
function environmentOf({ searchPath }: Git): Record<string, string> {
  return {
    PATH: searchPath,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_SSH_COMMAND: "ssh -o BatchMode=yes",
    GIT_AUTHOR_NAME: "Custody",
    GIT_AUTHOR_EMAIL: "custody@localhost",
    GIT_COMMITTER_NAME: "Custody",
    GIT_COMMITTER_EMAIL: "custody@localhost",
  };
}

function onOneLine(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, "; ");
  return line.length > MESSAGE_LENGTH_MAX
    ? `${line.slice(0, MESSAGE_LENGTH_MAX)} …`
    : line || "it did not say why";
}
