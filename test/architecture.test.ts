import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Who may import whom: imports point down, never sideways. A part that is not built yet may stand here already. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "packages/domain": [],
  "packages/wire": [],
  "packages/secrets": [],
  "packages/ledger": [],
  "packages/keys": ["ledger"],
  "packages/signatures": [],
  "packages/identity": ["domain", "signatures"],
  "packages/messages": [],
  "packages/client": ["domain", "secrets"],
  "packages/evidence": ["domain", "ledger/verifier", "signatures"],
  "packages/policy": ["domain"],
  "packages/prices": ["domain"],
  "packages/capture": ["domain", "wire", "secrets"],
  "packages/views": ["domain", "ledger", "messages"],
  "packages/sinks": ["domain", "ledger", "messages"],
  "packages/anchors": ["domain", "ledger"],
  "packages/alerts": ["domain"],
  "apps/gateway": ["domain", "wire", "secrets", "capture", "policy", "prices", "client"],
  "apps/server": [
    "domain",
    "secrets",
    "identity",
    "signatures",
    "ledger",
    "policy",
    // What the text of a statement does, for the examples beside rules; nothing of the data path.
    "capture/postgres/texts",
    // What a recording shows, for whoever watches it.
    "capture/terminal",
    "views",
    "sinks",
    "anchors",
    "alerts",
    "messages",
  ],
  "apps/cli": [
    "domain",
    // Terminals are recorded where they are: beside the agent, in the command that runs it.
    "capture/terminal",
    "secrets",
    "evidence",
    "identity",
    "signatures",
    "ledger",
    "keys",
    "messages",
    "policy",
    "prices",
    "views",
    "sinks",
    "anchors",
    "alerts",
    "client",
    "gateway",
    "server",
  ],
  "apps/web": ["domain", "evidence", "messages", "ledger/verifier", "signatures"],
};

/** What touches the world: the pure parts may not, so that they run anywhere and replay from a seed. */
const outside = /^(net|tls|fs|http|http2|https|dgram|child_process)(\/|$)/;
const pure = /^packages\/(wire|domain)\/src\//;
/** The verifier and what checks evidence also run in a browser, where no module of Node exists; so does what they import. */
const portable = /^packages\/(ledger\/src\/verifier|evidence\/src|secrets\/src)\//;
const environment =
  /\bprocess\s*(\?\.|\.|\[\s*["'`])\s*env\b|\benv\b[^{}]*\}\s*from\s*["'](node:)?process["']/;
/** What the tests of a package may use outside of it: a running PostgreSQL, the examples, and the path of the root. */
const forTests = /^(test\/|examples\/|\.?\/?$)/;
const builtin = new Set(builtinModules);
const linesMax = 400;

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Every breach of the rules, each as `path: what is wrong`. Reads nothing but its argument. */
function violations(files: readonly SourceFile[]): string[] {
  const manifests = files.filter(({ path }) => /^(packages|apps)\/[^/]+\/package\.json$/.test(path));
  const sources = files.filter(({ path }) => !path.endsWith("package.json"));
  const declared = new Map(manifests.map(({ path, text }) => [posix.dirname(path), workspaceNames(text)]));
  return [
    ...manifests.flatMap(manifestViolations),
    ...sources.flatMap((file) => importViolations(file, declared)),
    ...sources.flatMap(worldViolations),
    ...portableFiles(sources).flatMap(builtinViolations),
    ...sources.flatMap(tidinessViolations),
  ];
}

function manifestViolations({ path, text }: SourceFile): string[] {
  const allowed = mayImport[posix.dirname(path)];
  if (allowed === undefined) return [`${path}: its folder is not in the table of this test`];
  const names = allowed.map((name) => name.split("/")[0]);
  return workspaceNames(text)
    .filter((name) => !names.includes(name))
    .map((name) => `${path}: may not depend on ${name}`);
}

function importViolations({ path, text }: SourceFile, declared: Map<string, readonly string[]>): string[] {
  const folder = /^((?:packages|apps)\/[^/]+)\/src\//.exec(path)?.[1];
  if (folder === undefined) return [];
  return imports(text).flatMap((specifier) => {
    if (specifier.startsWith(".")) {
      const to = posix.join(posix.dirname(path), specifier);
      const mayReach = to.startsWith(`${folder}/`) || (isTest(path) && forTests.test(to));
      return mayReach ? [] : [`${path}: ${specifier} leaves the package`];
    }
    const name = workspaceName(specifier);
    // A package may name itself: that is how its tests see its public face.
    if (name === undefined || name === posix.basename(folder)) return [];
    const route = specifier.replace(/^@custody\//, "");
    const allowed = mayImport[folder]?.some((way) => route === way || route.startsWith(`${way}/`)) ?? false;
    if (!allowed) return [`${path}: may not import ${specifier}`];
    return declared.get(folder)?.includes(name) ? [] : [`${path}: imports ${specifier} undeclared`];
  });
}

/** The environment, ports and the machine belong to apps; tests may use them to reach their subject. */
function worldViolations({ path, text }: SourceFile): string[] {
  if (!path.startsWith("packages/") || isTest(path)) return [];
  const code = withoutComments(text);
  const modules = imports(text).map((specifier) => specifier.replace(/^node:/, ""));
  const touching = pure.test(path) ? modules.filter((name) => outside.test(name)) : [];
  const found = touching.map((name) => `${path}: may not use ${name}`);
  if (environment.test(code)) found.push(`${path}: reads the environment`);
  // The ledger's lock is a socket, which the kernel releases even when the process is killed.
  const isLock = /^packages\/ledger\/src\/(.*[/-])?lock\.ts$/.test(path);
  if (!isLock && /\.\s*listen\s*\(/.test(code)) found.push(`${path}: listens`);
  return found;
}

/** The verifier and, by way of its relative imports, everything that comes along. */
function portableFiles(sources: readonly SourceFile[]): SourceFile[] {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  const found = new Set(sources.filter(({ path }) => portable.test(path) && !isTest(path)));
  for (const { path, text } of found) {
    for (const specifier of imports(text).filter((each) => each.startsWith("."))) {
      const next = byPath.get(posix.join(posix.dirname(path), specifier));
      if (next !== undefined) found.add(next);
    }
  }
  return [...found];
}

function builtinViolations({ path, text }: SourceFile): string[] {
  const modules = imports(text).filter(
    (name) => name.startsWith("node:") || builtin.has(name.split("/")[0] as string),
  );
  return modules.map((name) => `${path}: may not use ${name}, since it runs in a browser too`);
}

function tidinessViolations({ path, text }: SourceFile): string[] {
  const names = path.split("/").map((part, at, all) => (at === all.length - 1 ? part.split(".") : [part]));
  const found: string[] = [];
  if (names.flat().some((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)))
    found.push(`${path}: not kebab-case`);
  if (names.flat().some((name) => /(^|-)(utils?|helpers?|common|managers?)$/.test(name)))
    found.push(`${path}: is named after nothing`);
  // The brackets keep this line from finding itself.
  const mark = /\b(TOD[O]|FIXM[E]|XX[X])\b/.exec(text)?.[0];
  if (mark !== undefined) found.push(`${path}: leaves a ${mark}`);
  const lines = text.trimEnd().split("\n").length;
  if (!isTest(path) && lines > linesMax) found.push(`${path}: has ${lines} lines, more than ${linesMax}`);
  return found;
}

function isTest(path: string): boolean {
  return /^test\/|\/src\/testing\/|\.(test|bench)\.tsx?$/.test(path);
}

/** Every module that the code names: static, dynamic and type imports, `require`, and `new URL` for workers. */
function imports(text: string): string[] {
  const found = withoutComments(text).matchAll(
    /\b(?:from\s*|import\s*\(?\s*|require\s*\(\s*|URL\s*\(\s*)(["'`])([^"'`]+)\1/g,
  );
  return [...found].map((match) => match[2] as string);
}

/** Strings are matched first, and kept, so that the `//` in an address does not hide the code after it. */
function withoutComments(text: string): string {
  const parts = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(parts, (_, quoted: string | undefined) => quoted ?? "");
}

/** `@custody/wire/postgres` is `wire`; the command's package is called plainly `custody`. */
function workspaceName(specifier: string): string | undefined {
  return /^custody(\/|$)/.test(specifier) ? "cli" : /^@custody\/([^/]+)/.exec(specifier)?.[1];
}

function workspaceNames(manifest: string): string[] {
  const parsed = JSON.parse(manifest) as Record<string, Record<string, string> | undefined>;
  const kinds = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
  const names = kinds.flatMap((kind) => Object.keys(parsed[kind] ?? {})).map(workspaceName);
  return names.filter((name) => name !== undefined);
}

const root = fileURLToPath(new URL("..", import.meta.url));

function readTree(folder: string): SourceFile[] {
  return readdirSync(posix.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory())
      return /^(node_modules|dist|results|\..*)$/.test(entry.name) ? [] : readTree(path);
    if (!/\.(ts|tsx|mts|js|mjs)$|^package\.json$/.test(entry.name)) return [];
    return [{ path, text: readFileSync(posix.join(root, path), "utf8") }];
  });
}

test("the project keeps its own rules", () => {
  const tree = ["packages", "apps", "test", "scripts", "bench", "examples"]
    .filter((folder) => existsSync(posix.join(root, folder)))
    .flatMap(readTree);
  // A guard that looks at nothing is always content.
  expect(tree.map(({ path }) => path)).toContain("packages/domain/src/pass.ts");
  expect(tree.map(({ path }) => path)).toContain("apps/cli/package.json");
  expect(violations(tree)).toEqual([]);
});

const manifest = (...names: string[]) =>
  JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, "0.1.0"])) });
const mark = ["TO", "DO"].join("");

test.each<[rule: string, path: string, text: string, wrong: string]>([
  ["a folder that is not in the table", "packages/extra/package.json", "{}", "not in the table"],
  ["a sideways dependency", "packages/wire/package.json", manifest("@custody/domain"), "depend on domain"],
  ["a dependency on the command", "apps/gateway/package.json", manifest("custody"), "depend on cli"],
  ["a sideways import", "packages/wire/src/a.ts", 'import { b } from "@custody/domain";', "may not import"],
  [
    "an import in the type position",
    "packages/wire/src/a.ts",
    'type A = import("@custody/domain").B;',
    "may not",
  ],
  ["a dynamic import", "packages/policy/src/a.ts", 'await import("@custody/ledger");', "may not import"],
  [
    "an import over several lines",
    "packages/policy/src/a.ts",
    'import {\n b,\n} from\n "@custody/wire";',
    "may",
  ],
  ["an import after an address", "packages/wire/src/a.ts", 'f("http://a"); import "@custody/domain";', "may"],
  ["an import of the command", "apps/gateway/src/a.ts", 'import "custody/dist/main.js";', "may not import"],
  ["an undeclared import", "packages/policy/src/a.ts", 'import "@custody/domain";', "undeclared"],
  ["more than the verifier", "apps/web/src/a.ts", 'import "@custody/ledger";', "may not import"],
  ["a path out of the package", "packages/wire/src/a.ts", 'import "../../domain/src/b.ts";', "leaves"],
  ["a worker out of the package", "apps/cli/src/a.ts", 'new URL("../../gateway/src/b.ts", x)', "leaves"],
  ["a test out of the package", "packages/wire/src/a.test.ts", 'import "../../domain/src/b.ts";', "leaves"],
  ["a package that needs tests", "packages/wire/src/a.ts", 'import "../../../test/b.ts";', "leaves"],
  ["files in the codec", "packages/wire/src/a.ts", 'import "node:fs/promises";', "may not use fs"],
  ["sockets in the domain", "packages/domain/src/a.ts", 'import "net";', "may not use net"],
  [
    "Node in the verifier",
    "packages/ledger/src/verifier/a.ts",
    'import "node:crypto";',
    "may not use node:crypto",
  ],
  ["Node in what checks evidence", "packages/evidence/src/a.ts", 'import "node:fs";', "may not use node:fs"],
  [
    "bare Node in the verifier",
    "packages/ledger/src/verifier/a.ts",
    'import "buffer";',
    "may not use buffer",
  ],
  ["the environment in a package", "packages/policy/src/a.ts", "f(process.env.A)", "reads the environment"],
  ["a quoted environment", "packages/policy/src/a.ts", 'f(process["env"])', "reads the environment"],
  [
    "an imported environment",
    "packages/policy/src/a.ts",
    'import { env } from "node:process";',
    "environment",
  ],
  ["a listening package", "packages/capture/src/a.ts", "server.listen(0)", "listens"],
  ["a listening ledger", "packages/ledger/src/block.ts", "server.listen(0)", "listens"],
  ["a name with capitals", "packages/wire/src/readQuery.ts", "", "kebab-case"],
  ["a folder with an underscore", "test/end_to_end/a.ts", "", "kebab-case"],
  ["a drawer", "packages/wire/src/utils/a.ts", "", "named after nothing"],
  ["a file that is a drawer", "packages/wire/src/string-helpers.ts", "", "named after nothing"],
  ["an unfinished thought", "scripts/a.mjs", `// ${mark}: later`, "leaves a"],
  ["a file without an end", "apps/cli/src/a.ts", "x;\n".repeat(linesMax + 1), "has 401 lines"],
])("finds %s", (_rule, path, text, wrong) => {
  expect(violations([{ path, text }])).toEqual([expect.stringContaining(wrong)]);
  expect(violations([{ path, text }])[0]).toContain(path);
});

test("finds Node in what the verifier imports, and only there", () => {
  const path = "packages/ledger/src/merkle/path.ts";
  const files = [
    { path: "packages/ledger/src/verifier/a.ts", text: 'import "../merkle/path.ts";' },
    { path, text: 'import "node:path";' },
    { path: "packages/ledger/src/merkle/other.ts", text: 'import "node:path";' },
  ];
  expect(violations(files)).toEqual([`${path}: may not use node:path, since it runs in a browser too`]);
});

test("allows what the table allows, and does not read comments as code", () => {
  const allowed: SourceFile[] = [
    { path: "packages/capture/package.json", text: manifest("@custody/domain", "@custody/wire", "pg") },
    {
      path: "packages/capture/src/postgres/a.ts",
      text: 'import "@custody/wire/postgres";\nimport "../b.ts";',
    },
    { path: "packages/ledger/src/store/lock.ts", text: 'import "node:net";\nserver.listen(path);' },
    {
      path: "packages/wire/src/a.ts",
      text: '// import "@custody/domain" or process.env would be wrong here',
    },
    { path: "packages/wire/src/postgres/a.test.ts", text: 'import "node:fs";\nprocess.env;' },
    {
      path: "packages/wire/src/a.test.ts",
      text: 'import "../../../test/postgres/shared.ts"; new URL("../../../", x);',
    },
    { path: "packages/ledger/src/a.ts", text: 'Buffer.from("custody/frame/v1");' },
    { path: "apps/cli/src/a.ts", text: "process.env; server.listen(0);\n".repeat(linesMax / 2) },
  ];
  expect(violations(allowed)).toEqual([]);
});
