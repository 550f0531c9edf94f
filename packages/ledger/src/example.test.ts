import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { compile } from "./testing/children.ts";
import { temporaryDirectory } from "./testing/directory.ts";

beforeAll(compile);

const examples = [
  new URL("../../../examples/ledger/append-prove-verify.mjs", import.meta.url),
  new URL("../../../examples/ledger/store-blob.mjs", import.meta.url),
] as const;

function run(example: URL): string[] {
  const directory = join(temporaryDirectory(), "data");
  const output = execFileSync(process.execPath, [fileURLToPath(example), directory], { encoding: "utf8" });
  return output.split("\n");
}

test("the examples run on the compiled package", () => {
  expect(run(examples[0])).toEqual([
    expect.stringMatching(/^entry \d+ says \{"order":7,"state":"paid"\}$/),
    expect.stringMatching(/^it stands in a signed log of \d+ entries$/),
    "the ledger is whole",
    "",
  ]);
  expect(run(examples[1])).toEqual([
    expect.stringMatching(/^entry \d+ names a prompt of 268894 bytes, and all of them are there$/),
    "",
  ]);
});

test("the code in the README is the examples", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const blocks = [...readme.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  expect(blocks).toEqual(examples.map((example) => readFileSync(example, "utf8")));
});
