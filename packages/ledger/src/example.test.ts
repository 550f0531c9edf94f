import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { compile } from "./testing/children.ts";
import { temporaryDirectory } from "./testing/directory.ts";

beforeAll(compile);

const example = new URL("../../../examples/ledger/append-prove-verify.mjs", import.meta.url);

test("the example runs on the compiled package", () => {
  const directory = join(temporaryDirectory(), "data");
  const output = execFileSync(process.execPath, [fileURLToPath(example), directory], { encoding: "utf8" });
  expect(output.split("\n")).toEqual([
    expect.stringMatching(/^entry \d+ says \{"order":7,"state":"paid"\}$/),
    expect.stringMatching(/^it stands in a signed log of \d+ entries$/),
    "the ledger is whole",
    "",
  ]);
});

test("the code in the README is the example", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const blocks = [...readme.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  expect(blocks).toEqual([readFileSync(example, "utf8")]);
});
