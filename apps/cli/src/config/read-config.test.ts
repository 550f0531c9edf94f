import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Config, readConfig } from "./read-config.ts";
import { resolveTarget, variableOf } from "./upstream.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "custody-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const target = (lines: string) => `targets:
  - name: shop
    kind: postgres
    listen: 127.0.0.1:6432
    environment: production
${lines}
`;

function read(text: string): Config {
  writeFileSync(join(folder, "custody.yaml"), text);
  return readConfig(folder);
}

test("without a file everything is default", () => {
  const config = readConfig(folder);
  expect(config).toMatchObject({ data: join(folder, "custody-data"), file: undefined, targets: [] });
  expect(config.listen).toEqual({ host: "127.0.0.1", port: 7070 });
});

test("an empty file is a file with defaults", () => {
  expect(read("# nothing yet\n")).toMatchObject({ projects: [{ name: "default" }], targets: [] });
});

test("paths start at the folder of the file, and defaults are filled in", () => {
  const config = read(`data: ./d\npolicy: p.yaml\n${target("    upstream: { env: SHOP }")}`);
  expect(config.data).toBe(join(folder, "d"));
  expect(config.policy).toBe(join(folder, "p.yaml"));
  expect(config.targets[0]).toMatchObject({
    durability: "ordered",
    listen: { host: "127.0.0.1", port: 6432 },
    maxStatementBytes: 16 * 1024 * 1024,
    project: "default",
  });
});

test("witnesses have a policy beside the file, and a pace", () => {
  expect(read("witnesses: { policy: ./w, ca: /etc/ca.pem, every: 5m }\n").witnesses).toEqual({
    allowPlaintext: false,
    ca: "/etc/ca.pem",
    everyMs: 300_000,
    policy: join(folder, "w"),
  });
  expect(read("witnesses: { policy: w }\n").witnesses?.everyMs).toBe(60_000);
  expect(read("data: x\n").witnesses).toBeUndefined();
});

const oidc = "publicUrl: https://a.example\nsignIn:\n  oidc: { issuer: https://id.example";

test.each([
  ["witnesses without a policy", "witnesses: {}\n", /:1: witnesses\.policy is missing/],
  ["an unknown key of witnesses", "witnesses: { policy: w, url: x }\n", /unknown key witnesses\.url/],
  ["witnesses that are never asked", "witnesses: { policy: w, every: 0s }\n", /witnesses\.every is wrong/],
  ["witnesses that are asked without a unit", 'witnesses: { policy: w, every: "60" }\n', /from 1s to 24h/],
  ["an unknown key", "data: x\nlisen: 1\n", /custody\.yaml:2: unknown key lisen/],
  [
    "an unknown key of a target",
    target("    upstream: { env: A }\n    undo: on"),
    /:7: unknown key targets\[0\]\.undo/,
  ],
  [
    "an unknown key of an upstream",
    target("    upstream: { env: A, sslmode: b }"),
    /:6: unknown key targets\[0\]\.upstream\.sslmode/,
  ],
  ["a missing key", target(""), /:2: targets\[0\]\.upstream is missing/],
  [
    "another engine",
    target("    upstream: { env: A }").replace("postgres", "mongodb"),
    /:3: targets\[0\]\.kind is wrong: only postgres/,
  ],
  ["a malformed address", "listen: 7070\n", /:1: listen is wrong/],
  ["an address without a port", "listen: localhost\n", /:1: listen is wrong: an address is written as/],
  [
    "a malformed size",
    target("    upstream: { env: A }\n    maxStatementBytes: 16MB"),
    /:7: targets\[0\]\.maxStatementBytes is wrong: a size/,
  ],
  [
    "an upstream that is no URL",
    target("    upstream: shop.example"),
    /:6: targets\[0\]\.upstream is wrong: .*postgres:\/\//,
  ],
  [
    "an upstream that contradicts itself",
    target("    upstream: postgres://a@b/c?sslmode=verify-full"),
    /:6: .*sslmode=verify-full needs sslrootcert/,
  ],
  ["TLS without a key", "tls: { cert: a.pem }\n", /:1: tls\.key is missing/],
  [
    "a misspelt key of a target's TLS",
    target("    upstream: { env: A }\n    tls: { cert: a, key: b, require: true }"),
    /:7: unknown key targets\[0\]\.tls\.require/,
  ],
  [
    "a public URL with a path",
    "publicUrl: https://a.example/custody\n",
    /:1: publicUrl is wrong: .*without a path/,
  ],
  [
    "a public URL that is not encrypted",
    "publicUrl: http://a.example\n",
    /:1: publicUrl is wrong: .*only for localhost/,
  ],
  [
    "a password for another machine",
    target("    upstream: postgres://a:hunter2@db.example/c"),
    /:6: .*password may stand here only/,
  ],
  [
    "a project that is not there",
    target("    upstream: { env: A }\n    project: other"),
    /:7: .*no project is called other/,
  ],
  [
    "two targets of one name",
    `${target("    upstream: { env: A }")}${target("    upstream: { env: A }").replace("targets:\n", "")}`,
    /:7: .*another target/,
  ],
  ["a provider without a name", `${oidc}, clientId: c }\n`, /:3: signIn\.oidc\.name is missing/],
  [
    "a provider in plain text",
    `${oidc.replace("https://id", "http://id")}, clientId: c, name: W }\n`,
    /:3: signIn\.oidc\.issuer is wrong: .*only for loopback/,
  ],
  [
    "a provider's secret in the file",
    `${oidc}, clientId: c, name: W, clientSecret: hunter2 }\n`,
    /\{ env: NAME \}/,
  ],
  ["a provider without the scope openid", `${oidc}, clientId: c, name: W, scopes: [email] }\n`, /is openid/],
  ["an unknown key of a provider", `${oidc}, clientId: c, name: W, roles: [a] }\n`, /signIn\.oidc\.roles/],
  [
    "a provider without a public URL",
    `${oidc}, clientId: c, name: W }\n`.replace(/publicUrl.*\n/, ""),
    /:2: .*publicUrl, which must be given/,
  ],
  ["broken YAML", "data: [\n", /custody\.yaml:\d: it is no YAML/],
  ["a key given twice", "data: a\ndata: b\n", /:2: it is no YAML/],
  ["a list", "- a\n", /the file is wrong/],
])("%s is refused, with its place", (_, text, message) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  expect(() => read(text)).toThrow(message);
  expect(() => read(text)).not.toThrow(/hunter2/);
});

test("a file that was named must be there", () => {
  expect(() => readConfig(folder, "other.yaml")).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});

test("the upstream comes from the variable, the file, or the configuration", () => {
  writeFileSync(join(folder, "url"), "postgres://app:secret@db.example/shop\n");
  const environment = {
    variables: { SHOP: "postgres://app:secret@db.example/shop" },
    version: "",
    workingDirectory: "/",
  };
  const hosts = ["{ env: SHOP }", "{ file: url }", "postgres://app:secret@127.0.0.1/shop"].map((upstream) => {
    const config = read(target(`    upstream: ${upstream}`));
    return resolveTarget(config.targets[0]!, config, environment).upstream.host;
  });
  expect(hosts).toEqual(["db.example", "db.example", "127.0.0.1"]);
});

test.each([
  ["{ env: NOT_SET }", "UPSTREAM_MISSING", /NOT_SET is not set/],
  ["{ file: not-there }", "UPSTREAM_MISSING", /not-there cannot be read/],
  ["{ env: BAD }", "CONFIG_INVALID", /UPSTREAM_URL_INVALID.*the variable BAD/],
])("an upstream %s is refused without showing it", (upstream, code, message) => {
  const config = read(target(`    upstream: ${upstream}`));
  const environment = { variables: { BAD: "mysql://a:hunter2@b" }, version: "", workingDirectory: "/" };
  const resolve = () => resolveTarget(config.targets[0]!, config, environment);
  expect(resolve).toThrow(expect.objectContaining({ code }));
  expect(resolve).toThrow(message);
  expect(resolve).not.toThrow(/hunter2/);
});

test("the agent's variable is the one of the upstream, else named after the target", () => {
  expect(variableOf(read(target("    upstream: { env: SHOP }")).targets[0]!)).toBe("SHOP");
  expect(
    variableOf(read(target("    upstream: { file: url }").replace("shop", "web-shop")).targets[0]!),
  ).toBe("WEB_SHOP_URL");
});

test.each(["127.0.0.1", "localhost"])("Custody does not guard itself, by the name %s", (host) => {
  const config = read(target("    upstream: { env: SHOP }"));
  const resolve = (port: number) => {
    const variables = { SHOP: `postgres://session:token@${host}:${port}/shop` };
    return resolveTarget(config.targets[0]!, config, { variables, version: "0", workingDirectory: folder });
  };
  expect(() => resolve(6432)).toThrow(/Custody's own address.*the variable SHOP/);
  expect(resolve(5432).upstream.port).toBe(5432);
});
