import { AnchorError } from "../error.ts";
import { type Git, tryGit } from "./run-git.ts";

/** What is known of a branch at a remote. */
export interface Fetched {
  /** Undefined when the branch is not there yet, or the remote does not answer. */
  readonly tip: string | undefined;
  /** Why the remote does not answer, if it does not. */
  readonly why: string | undefined;
}

/** `git ls-remote --exit-code` says so when there is no such branch. */
const NOT_THERE = 2;

/** Brings what the remote has on the branch here. */
export async function fetchTip(git: Git, remote: string, branch: string): Promise<Fetched> {
  const reference = `refs/heads/${branch}`;
  const looked = await tryGit(git, ["ls-remote", "--exit-code", remote, reference]);
  if (looked.code === NOT_THERE) return { tip: undefined, why: undefined };
  if (looked.code !== 0) return { tip: undefined, why: looked.message };
  const tip = looked.output.split("\t")[0] as string;
  // Nothing in the repository shall point at it: what is here is what this branch says.
  const fetched = await tryGit(git, [
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--refmap=",
    remote,
    reference,
  ]);
  return fetched.code === 0 ? { tip, why: undefined } : { tip: undefined, why: fetched.message };
}

/** Brings the branch there, never over what it has not in its history. @throws AnchorError PLACE_UNREACHABLE, PLACE_REFUSED */
export async function pushTip(
  git: Git,
  remote: string,
  branch: string,
  tip: string,
  whyUnreachable: string | undefined,
): Promise<void> {
  const what = `${git.repository}: the checkpoint is committed`;
  if (whyUnreachable !== undefined)
    throw new AnchorError(
      "PLACE_UNREACHABLE",
      `${what}, but the remote ${remote} does not answer: ${whyUnreachable} — it is tried again`,
    );
  const { code, message } = await tryGit(git, [
    "push",
    "--quiet",
    "--porcelain",
    remote,
    `${tip}:refs/heads/${branch}`,
  ]);
  if (code !== 0)
    throw new AnchorError(
      "PLACE_REFUSED",
      `${what}, but the remote ${remote} refuses it: ${message} — see to the rights there`,
    );
}
