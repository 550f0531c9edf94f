import { readFileSync } from "node:fs";

/** The package's own version, so that it stands in one place only. `src` and `dist` are equally deep. */
export function readVersion(): string {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
