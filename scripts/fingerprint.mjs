// Whether what something is built of is as it was. Plain Node, no dependencies.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * One line that differs when any of the files does. Tests are not part of anything that is built.
 *
 * @param {readonly string[]} paths files, and folders with all that is below them, from the root of the checkout
 * @returns {string}
 */
export function fingerprintOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesBelow))
    hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return `${hash.digest("hex")}\n`;
}

function filesBelow(path) {
  if (!existsSync(join(root, path))) return [];
  const entries = /\.[a-z]+$/.test(path) ? [] : readdirSync(join(root, path), { withFileTypes: true });
  if (entries.length === 0) return [path];
  return entries
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => filesBelow(`${path}/${name}`))
    .filter((file) => !/\.test\.tsx?$/.test(file));
}
