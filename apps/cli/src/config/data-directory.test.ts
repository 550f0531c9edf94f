import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "@custody/ledger";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { runProgram } from "../program.ts";
import type { Output } from "../terminal/output.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "custody-meant-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

function leaveTour(): void {
  const tour = join(folder, ".custody-tour");
  mkdirSync(tour);
  writeFileSync(join(tour, "shop.url"), "postgres://app:secret@127.0.0.1:5432/shop");
  writeFileSync(
    join(tour, "custody.yaml"),
    `data: ./data\ntargets:\n  - { name: shop, kind: postgres, environment: production, listen: "127.0.0.1:6432", upstream: { file: ./shop.url } }\n`,
  );
}

async function run(
  arguments_: readonly string[],
  variables = {},
): Promise<{ said: unknown[]; hints: string[] }> {
  const said: unknown[] = [];
  const hints: string[] = [];
  const hint = (text: string) => void hints.push(text);
  const output: Output = {
    hint,
    isColored: false,
    json: (value) => void said.push(value),
    line: () => {},
    log: () => {},
    progress: () => {},
    write: () => {},
  };
  await runProgram(
    [...arguments_, "--json"],
    { hint, variables, version: "0", workingDirectory: folder },
    output,
  );
  return { hints, said };
}

test("a check of the configuration is about the tour where nothing else is here, and says so once", async () => {
  leaveTour();
  const { hints, said } = await run(["config", "check"]);
  expect(said).toMatchObject([{ data: join(folder, ".custody-tour/data"), targets: [{ name: "shop" }] }]);
  expect(hints.filter((text) => text.includes("about the tour"))).toHaveLength(1);
});

test("the doctor looks at the tour that is here, unless another directory is named", async () => {
  leaveTour();
  const notThere = { id: "ledger", what: expect.stringContaining(join(folder, ".custody-tour/data")) };
  const { hints, said } = await run(["doctor"]);
  expect(said).toMatchObject([{ checks: expect.arrayContaining([expect.objectContaining(notThere)]) }]);
  expect(hints.filter((text) => text.includes("about the tour"))).toHaveLength(1);

  const named = await run(["doctor"], { CUSTODY_HOME: join(folder, "home") });
  expect(JSON.stringify(named.said)).not.toContain(".custody-tour");
  expect(named.hints).toEqual([]);
});

test("a command of the index says once what it is about", async () => {
  leaveTour();
  await (await openLedger({ directory: join(folder, ".custody-tour/data") })).close();
  expect((await run(["index", "status"])).hints).toHaveLength(1);
  expect((await run(["index", "rebuild"])).hints).toHaveLength(1);
});

test("what is recorded can be looked at, checked and copied while custody.yaml is wrong", async () => {
  const directory = join(folder, "kept");
  await (await openLedger({ directory })).close();
  const whole = (await run(["verify", "--data", directory])).said;
  const { size } = whole[0] as { size: number };
  for (const wrong of ["data: ./kept\nbogus: 1\n", "data: ./kept\nlisten: nowhere\n"]) {
    writeFileSync(join(folder, "custody.yaml"), wrong);
    const { hints, said } = await run(["verify"]);
    expect(said).toEqual(whole);
    expect(hints).toEqual([expect.stringMatching(/custody\.yaml:2: .*; of that file only `data` was used$/)]);
    expect((await run(["log"])).hints).toEqual(hints);
    expect((await run(["keys", "verifier"])).said).toHaveLength(1);
    expect((await run(["index", "status"])).said).toMatchObject([{ size }]);
    await expect(run(["status"])).rejects.toThrow(`no server runs on ${directory}`);
    const copy = mkdtempSync(join(folder, "copy-"));
    expect((await run(["backup", copy])).said).toMatchObject([{ directory: copy, size }]);
  }
  // Where the file does not say which directory is meant, nothing is guessed.
  writeFileSync(join(folder, "custody.yaml"), "data: [\n");
  await expect(run(["verify"])).rejects.toThrow("it is no YAML");
});
