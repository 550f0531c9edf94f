import { execFile } from "node:child_process";

/** A repository on a network's disk may take its time; an agent does not wait longer than this. */
const TIMEOUT_MS = 2000;

export interface GitFacts {
  readonly repository?: string;
  readonly branch?: string;
  readonly commit?: string;
}

/** What git says of a folder; nothing where there is no git, or no repository. */
export async function gitFacts(directory: string): Promise<GitFacts> {
  const ask = (...parameters: string[]) => git(directory, parameters);
  const [folder, origin, branch, commit] = await Promise.all([
    ask("rev-parse", "--show-toplevel"),
    ask("config", "--get", "remote.origin.url"),
    ask("symbolic-ref", "--short", "--quiet", "HEAD"),
    ask("rev-parse", "--verify", "--quiet", "HEAD"),
  ]);
  const repository = origin === undefined ? folder : withoutCredentials(origin);
  return {
    ...(repository === undefined ? undefined : { repository }),
    ...(branch === undefined ? undefined : { branch }),
    ...(commit !== undefined && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit) ? { commit } : undefined),
  };
}

function git(directory: string, parameters: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("git", ["-C", directory, ...parameters], { timeout: TIMEOUT_MS }, (error, stdout) => {
      const text = stdout.trim();
      resolve(error === null && text !== "" ? text : undefined);
    });
  });
}

/** Addresses of repositories carry tokens more often than one thinks. */
function withoutCredentials(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}
