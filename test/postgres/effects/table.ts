import { readFileSync } from "node:fs";

/** The statements of effects.txt, each with its line of what it does. */
export function effectsTable(): { sql: string; effects: string }[] {
  const lines = readFileSync(new URL("./effects.txt", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("# "));
  return lines.flatMap((sql, index) =>
    index % 2 === 0 ? [{ sql, effects: lines[index + 1]?.trim() ?? "" }] : [],
  );
}
