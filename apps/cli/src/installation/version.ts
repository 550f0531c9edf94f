import { readFileSync } from "node:fs";
import { manifest } from "./places.ts";

/** The package's own version, so that it stands in one place only. */
export function readVersion(): string {
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
