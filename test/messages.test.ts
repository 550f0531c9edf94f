import { readdirSync, readFileSync } from "node:fs";
import { isAct } from "@custody/identity";
import { render } from "@custody/messages";
import { expect, test } from "vitest";

const root = new URL("../", import.meta.url);

/** Who writes records, and the first words of their types. */
const writers = [
  "packages/capture/src",
  "packages/policy/src",
  "packages/identity/src",
  "packages/ledger/src",
  "apps/cli/src",
  "apps/gateway/src",
];
const recordType =
  /(["'`])((?:alert|budget|db|session|policy|ledger|key|disk|config|retention|checkpoint|target|freeze|approval|user|role|token|access|model|prompt|tool|terminal|app)\.[a-z-]+(?:\.[a-z-]+)*)\1/g;

/** `ledger.json` and `ledger.sock` are files; a type never ends like one. */
const isFileName = /\.(json|sock|lock|test|ts|md)$/;

/** Every record type that stands as a string in a source, and the ends of those that are put together. */
function typesIn(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/[^\n]*$/gm, "");
  const whole = [...code.matchAll(recordType)].map((match) => match[2] as string);
  // What may be done is named like what was done: `policy.change`.
  return whole.filter((type) => !isFileName.test(type) && !isAct(type));
}

/** records.ts makes `db.statement.${name}`: the names are the arguments of `base` and the values of `finalNames`. */
function statementTypesIn(records: string): string[] {
  const direct = [...records.matchAll(/\bbase\(execution, "([a-z-]+)"/g)].map((match) => match[1] as string);
  const table = /const finalNames[^{]*\{([^}]*)\}/.exec(records)?.[1] ?? "";
  const finals = [...table.matchAll(/: "([a-z-]+)"/g)].map((match) => match[1] as string);
  return [...direct, ...finals].map((name) => `db.statement.${name}`);
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.startsWith("testing/"))
    .map((file) => readFileSync(new URL(`${folder}/${file}`, root), "utf8"));
}

function writtenTypes(): string[] {
  const records = readFileSync(new URL("packages/capture/src/postgres/records.ts", root), "utf8");
  const literal = writers.flatMap(sourcesBelow).flatMap(typesIn);
  return [...new Set([...literal, ...statementTypesIn(records)])].sort();
}

/** The keys of the English catalogue, read from its source: other languages are held to it by the compiler. */
function catalogueKeys(): string[] {
  const source = readFileSync(new URL("packages/messages/src/en.ts", root), "utf8");
  return [...source.matchAll(/^ {2}"([^"]+)":/gm)].map((match) => match[1] as string).sort();
}

test("every type of record that is written has a text, and every text is of such a type", () => {
  const written = writtenTypes();
  expect(written).toContain("db.statement.copy-received");
  expect(written).toContain("db.connection.refused");
  expect(written).toContain("session.started");
  expect(catalogueKeys()).toEqual(written);
  for (const type of written) expect(render(type, {}), type).not.toBe(type);
});

test("docs/records.md has every type of record, and no other", () => {
  const document = readFileSync(new URL("docs/records.md", root), "utf8");
  const section = document.split(/^## /m).find((part) => part.startsWith("Types\n")) ?? "";
  const documented = [...section.matchAll(/^\| `([^`]+)` +\|/gm)].map((row) => row[1] as string);
  expect(documented.sort()).toEqual(catalogueKeys());
});

test("a type in a comment is not found, one in code is", () => {
  expect(typesIn('/** "db.x.comment" */\n// "db.x.line"\nf("db.x.code", "ledger.json");\n')).toEqual([
    "db.x.code",
  ]);
  expect(statementTypesIn('base(execution, "a", 1); const finalNames: X = { ok: "b" };')).toEqual([
    "db.statement.a",
    "db.statement.b",
  ]);
});
