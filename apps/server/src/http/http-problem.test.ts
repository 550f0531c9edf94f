import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { HTTP_STATUS } from "./http-problem.ts";

test("docs/api.md has every code with its status, and no other", () => {
  const root = fileURLToPath(new URL("../../../../", import.meta.url));
  const text = readFileSync(join(root, "docs/api.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) /gm)].map(([, code, status]) => [
    code,
    Number(status),
  ]);
  expect(Object.fromEntries(rows)).toEqual(HTTP_STATUS);
});
