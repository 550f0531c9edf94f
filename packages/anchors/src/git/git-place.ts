import { AnchorError } from "../error.ts";
import { confirmHeld, type KeptLedger } from "../held/confirm-held.ts";
import { checkpointName, originPath, sizeOfName } from "../held/origin-path.ts";
import type { Kept, Place, SignedCheckpoint } from "../place.ts";
import { commitFile } from "./commit-file.ts";
import { fetchTip, pushTip } from "./remote.ts";
import { type Git, runGit, tryGit } from "./run-git.ts";

export interface GitPlaceOptions extends KeptLedger {
  /** A repository that is there, bare or not. Its working tree and its other branches are never touched. */
  readonly repository: string;
  readonly branch: string;
  /** The name of a remote that the repository has, where each commit is pushed to. */
  readonly remote?: string;
  /** Where programs are found. */
  readonly searchPath: string;
  readonly everyMs: number;
}

/** Keeps each checkpoint as a file in a commit of its own, on a branch that has nothing else. */
export function gitPlace(options: GitPlaceOptions): Place {
  const { everyMs, remote, repository } = options;
  return {
    kind: "git",
    name: remote === undefined ? repository : `${repository} (${remote})`,
    everyMs,
    async keep(checkpoint: SignedCheckpoint): Promise<Kept> {
      await keepIn(options, checkpoint);
      return {};
    },
  };
}

async function keepIn(options: GitPlaceOptions, checkpoint: SignedCheckpoint): Promise<void> {
  const { branch, ledger, logKey, remote, repository, searchPath } = options;
  const git = { repository, searchPath };
  await requireRepository(git);
  const local = await tipOf(git, `refs/heads/${branch}`);
  const fetched = remote === undefined ? undefined : await fetchTip(git, remote, branch);
  // A remote that does not answer is told at the end, when the repository here has what it can have. Without a branch
  // here, though, we would begin a history beside the one that the remote may have.
  if (local === undefined && fetched?.why !== undefined)
    throw new AnchorError(
      "PLACE_UNREACHABLE",
      `${repository}: the remote ${remote} does not answer: ${fetched.why} — it is tried again`,
    );
  const base = await newerOf(git, local, fetched?.tip, branch);
  const folder = originPath(checkpoint.origin);
  await confirmLargest(git, base, folder, checkpoint, { ledger, logKey });
  const path = `${folder}/${checkpointName(checkpoint.size)}`;
  const isThere = base !== undefined && (await isKnown(git, `${base}:${path}`));
  const message = `${checkpoint.origin}: ${checkpoint.size} entries`;
  const tip = isThere ? base : await commitFile(git, base, path, checkpoint.note, message);
  if (tip !== local) await runGit(git, ["update-ref", `refs/heads/${branch}`, tip, local ?? ""]);
  if (remote !== undefined && tip !== fetched?.tip) await pushTip(git, remote, branch, tip, fetched?.why);
}

async function requireRepository(git: Git): Promise<void> {
  const { code, message } = await tryGit(git, ["rev-parse", "--git-dir"]);
  if (code !== 0)
    throw new AnchorError(
      "PLACE_REFUSED",
      `${git.repository} is no git repository to use: ${message} — make one, or see whose it is`,
    );
}

async function tipOf(git: Git, reference: string): Promise<string | undefined> {
  const { code, output } = await tryGit(git, ["rev-parse", "--verify", "--quiet", `${reference}^{commit}`]);
  return code === 0 ? output.trim() : undefined;
}

async function isKnown(git: Git, object: string): Promise<boolean> {
  return (await tryGit(git, ["cat-file", "-e", object])).code === 0;
}

/** The one of both that has the other in its history. @throws AnchorError PLACE_CONTRADICTED when neither has */
async function newerOf(
  git: Git,
  local: string | undefined,
  fetched: string | undefined,
  branch: string,
): Promise<string | undefined> {
  if (local === undefined || fetched === undefined || local === fetched) return fetched ?? local;
  const isBehind = async (older: string, newer: string) =>
    (await tryGit(git, ["merge-base", "--is-ancestor", older, newer])).code === 0;
  if (await isBehind(local, fetched)) return fetched;
  if (await isBehind(fetched, local)) return local;
  throw new AnchorError(
    "PLACE_CONTRADICTED",
    `${git.repository}: the branch ${branch} here and at the remote have different histories — find out who else writes there: each ledger needs a branch of its own`,
  );
}

async function confirmLargest(
  git: Git,
  base: string | undefined,
  folder: string,
  checkpoint: SignedCheckpoint,
  kept: KeptLedger,
): Promise<void> {
  if (base === undefined) return;
  const names = (await runGit(git, ["ls-tree", "-z", "--name-only", base, `${folder}/`])).split("\0");
  const sizes = names
    .map((name) => sizeOfName(name.slice(folder.length + 1)))
    .filter((size) => size !== undefined);
  if (sizes.length === 0) return;
  const path = `${folder}/${checkpointName(sizes.reduce((a, b) => Math.max(a, b)))}`;
  const { output: held } = await tryGit(git, ["cat-file", "blob", `${base}:${path}`]);
  const where = `${path} in ${git.repository}`;
  if (held !== checkpoint.note) await confirmHeld({ held, where, checkpoint, ...kept });
}
