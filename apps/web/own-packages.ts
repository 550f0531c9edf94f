import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface Alias {
  readonly find: RegExp;
  readonly replacement: string;
}

/**
 * Our own packages are taken from their sources, by the condition "source" of their exports. It is not set for all:
 * packages of others use the same word for files that they do not ship.
 */
export const ours: Alias[] = ["domain", "evidence", "messages", "ledger", "signatures"].flatMap((name) => {
  const folder = new URL(`../../packages/${name}/`, import.meta.url);
  const manifest = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as {
    exports: Record<string, { source: string }>;
  };
  return Object.entries(manifest.exports).map(([path, { source }]) => ({
    find: new RegExp(`^@custody/${name}${path.slice(1)}$`),
    replacement: fileURLToPath(new URL(source, folder)),
  }));
});
