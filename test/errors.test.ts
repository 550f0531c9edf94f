import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../", import.meta.url);

/** The codes of each package: the string literals of every exported union whose name ends in `ErrorCode`. */
function codesInCode(source: string): string[] {
  const withoutComments = source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");
  const unions = withoutComments.matchAll(/export type \w*ErrorCode\s*=([^;]*);/g);
  return [...unions].flatMap((union) =>
    [...(union[1] as string).matchAll(/"([^"]+)"/g)].map((code) => code[1] as string),
  );
}

/** The documented codes, by what the heading above the table names: a code is a row's first cell. */
function codesInDocument(text: string, before = ""): Map<string, string[]> {
  const headings = text.split(/^## /m).slice(1);
  const sections = headings
    .filter((each) => each.startsWith(before))
    .map((each) => each.slice(before.length));
  return new Map(
    sections.flatMap((section) => {
      const name = /^`([^`\n]+)`/.exec(section)?.[1];
      const rows = [...section.matchAll(/^\| `([^`]+)` +\|/gm)].map((row) => row[1] as string);
      return name === undefined ? [] : [[name, rows] as [string, string[]]];
    }),
  );
}

/** What differs between the two, each as a sentence; the order of codes is free. */
function differences(code: Map<string, string[]>, document: Map<string, string[]>): string[] {
  const found: string[] = [];
  for (const name of new Set([...code.keys(), ...document.keys()])) {
    const inCode = code.get(name) ?? [];
    const inDocument = document.get(name) ?? [];
    for (const missing of inCode.filter((each) => !inDocument.includes(each)))
      found.push(`${name}: ${missing} is not documented`);
    for (const extra of inDocument.filter((each) => !inCode.includes(each)))
      found.push(`${name}: ${extra} is documented, but no code has it`);
    for (const twice of inDocument.filter((each, at) => inDocument.indexOf(each) !== at))
      found.push(`${name}: ${twice} is documented twice`);
  }
  return found;
}

function readPackages(): Map<string, string[]> {
  const folders = ["packages", "apps"].flatMap((group) =>
    readdirSync(new URL(group, root)).map((name) => `${group}/${name}`),
  );
  const codes = new Map<string, string[]>();
  for (const folder of folders) {
    const source = new URL(`${folder}/src/`, root);
    if (!existsSync(source)) continue;
    const files = readdirSync(source, { recursive: true }).map((file) => String(file));
    const errors = files.filter((file) => /(^|\/)error\.ts$/.test(file));
    if (errors.length === 0) continue;
    codes.set(
      folder,
      errors.flatMap((file) => codesInCode(readFileSync(new URL(file, source), "utf8"))),
    );
  }
  return codes;
}

test("docs/errors.md has every error code, and nothing else", () => {
  const code = readPackages();
  // A comparison of nothing with nothing would pass; and a union written in a new way must not go unread.
  expect([...code.keys()]).toContain("packages/ledger");
  for (const [folder, codes] of code) expect(codes.length, `codes found in ${folder}`).toBeGreaterThan(0);
  const document = readFileSync(new URL("docs/errors.md", root), "utf8");
  expect(differences(code, codesInDocument(document))).toEqual([]);
});

test("docs/errors.md has everything that verify can find, and nothing else", () => {
  const source = readFileSync(new URL("packages/ledger/src/verify/finding.ts", root), "utf8");
  const code = codesInCode(source.replace("type FindingCode", "type FindingErrorCode"));
  expect(code).toContain("CHAIN_BROKEN");
  const document = codesInDocument(readFileSync(new URL("docs/errors.md", root), "utf8"), "Findings of ");
  expect(differences(new Map([["custody verify", code]]), document)).toEqual([]);
});

test("a code on one side only is found", () => {
  const source = 'export type WireErrorCode =\n  /** "NOT_A_CODE"; neither. */\n  | "A_ONE"\n  | "A_TWO";\n';
  const document =
    "# Errors\n\n## `packages/wire`\n\n| code | meaning |\n|---|---|\n| `A_TWO` | x |\n| `A_TWO` | x |\n" +
    "| `A_SIX` | x |\n\n## `packages/gone`\n\n| `B_ONE` | x |\n";
  expect(differences(new Map([["packages/wire", codesInCode(source)]]), codesInDocument(document))).toEqual([
    "packages/wire: A_ONE is not documented",
    "packages/wire: A_SIX is documented, but no code has it",
    "packages/wire: A_TWO is documented twice",
    "packages/gone: B_ONE is documented, but no code has it",
  ]);
});
