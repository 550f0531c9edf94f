import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../error.ts";

const FOLDER = "secrets";

/**
 * Writes the URL to `secrets/<name>.url`, for the owner's eyes only, in a folder that git ignores; returns the path
 * as custody.yaml is to name it.
 *
 * @throws CliError FILE_UNUSABLE, also when the file is there already
 */
export function saveSecret(workingDirectory: string, name: string, url: string): string {
  const folder = join(workingDirectory, FOLDER);
  const file = join(folder, `${name}.url`);
  try {
    const isOurs = !existsSync(folder);
    if (isOurs) mkdirSync(folder, { mode: 0o700 });
    const ignore = join(folder, ".gitignore");
    // In a folder that was there before, other files may well belong into the repository.
    if (!existsSync(ignore)) writeFileSync(ignore, isOurs ? "*\n" : "*.url\n");
    writeFileSync(file, `${url}\n`, { flag: "wx", mode: 0o600 });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST";
    throw new CliError(
      "FILE_UNUSABLE",
      isThere ? `${file} is there already` : `${file} cannot be written`,
      "choose another --name, or remove it",
      { cause },
    );
  }
  return `./${FOLDER}/${name}.url`;
}
