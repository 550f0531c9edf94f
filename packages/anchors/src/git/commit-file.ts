import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Git, runGit } from "./run-git.ts";

/**
 * Makes a commit that adds one file to what `base` has, and returns its name. It uses an index of its own, so that
 * neither the working tree nor the index of whoever works in the repository is touched.
 */
export async function commitFile(
  git: Git,
  base: string | undefined,
  path: string,
  text: string,
  message: string,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "custody-git-"));
  try {
    const environment = { GIT_INDEX_FILE: join(folder, "index") };
    const blob = await runGit(git, ["hash-object", "-w", "--no-filters", "--stdin"], { input: text });
    await runGit(git, ["read-tree", base ?? "--empty"], { environment });
    await runGit(git, ["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], { environment });
    const tree = await runGit(git, ["write-tree"], { environment });
    const parents = base === undefined ? [] : ["-p", base];
    return await runGit(git, ["commit-tree", ...parents, tree], { input: `${message}\n` });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
