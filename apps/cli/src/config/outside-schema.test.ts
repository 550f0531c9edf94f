import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Config, readConfig } from "./read-config.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "custody-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(text: string): Config {
  writeFileSync(join(folder, "custody.yaml"), text);
  return readConfig(folder);
}

const timestamps = (more: string) =>
  `timestamps: { authority: "https://tsa.example/x", roots: ./r.pem${more} }\n`;
const credentials = "accessKeyId: { env: ID }, secretAccessKey: { env: SECRET }";
const s3 = (more: string) => `anchors: [{ s3: { bucket: kept, region: eu, ${credentials}${more} } }]\n`;

test("without a word there are none", () => {
  expect(read("")).toMatchObject({ anchors: [] });
  expect(read("").timestamps).toBeUndefined();
});

test("paths start at the folder of the file, and defaults are filled in", () => {
  const config = read(`${timestamps("")}anchors:
  - { git: repository }
  - { git: /srv/g.git, remote: origin, branch: kept/here, every: 1d }
  - { file: ./mount, every: 10m }
  - { s3: { bucket: kept, endpoint: "https://s3.example", region: eu, prefix: a/b, ${credentials} } }
`);
  const hour = 3_600_000;
  expect(config.timestamps).toEqual({
    authority: "https://tsa.example/x",
    everyMs: 24 * hour,
    roots: join(folder, "r.pem"),
  });
  expect(config.anchors).toEqual([
    { branch: "custody", everyMs: hour, kind: "git", repository: join(folder, "repository") },
    { branch: "kept/here", everyMs: 24 * hour, kind: "git", remote: "origin", repository: "/srv/g.git" },
    { everyMs: hour / 6, folder: join(folder, "mount"), kind: "file" },
    {
      accessKeyId: "ID",
      bucket: "kept",
      endpoint: "https://s3.example",
      everyMs: hour,
      kind: "s3",
      prefix: "a/b",
      region: "eu",
      secretAccessKey: "SECRET",
    },
  ]);
});

test.for<[name: string, text: string, what: RegExp]>([
  ["an unknown key of timestamps", timestamps(", ever: 1h"), /:1: unknown key timestamps\.ever/],
  ["no roots", 'timestamps: { authority: "https://a" }\n', /timestamps\.roots is missing/],
  [
    "an authority with a password",
    'timestamps: { authority: "https://u:p@a", roots: r }\n',
    /timestamps\.authority is wrong: written as https:\/\/tsa\.example, without/,
  ],
  ["an authority that is no URL", "timestamps: { authority: tsa, roots: r }\n", /authority is wrong/],
  ["a turn that is too short", timestamps(", every: 0s"), /timestamps\.every is wrong: written as 30m/],
  ["a turn that is too long", timestamps(", every: 32d"), /timestamps\.every is wrong/],
  ["an anchor that is none", "anchors: [{ ftp: x }]\n", /anchors\[0\] is wrong: one of \{ git: PATH \}/],
  ["an anchor that is two", "anchors: [{ git: x, file: y }]\n", /anchors\[0\] is wrong: one of/],
  ["an anchor that is a text", "anchors: [x]\n", /anchors\[0\] is wrong: one of/],
  [
    "a place that is named twice",
    "anchors: [{ file: x }, { file: x, every: 1d }]\n",
    /anchors\[1\] is wrong: another anchor/,
  ],
  ["an unknown key of git", "anchors: [{ git: x, brunch: y }]\n", /unknown key anchors\[0\]\.brunch/],
  [
    "a branch that is an option",
    'anchors: [{ git: x, branch: "--force" }]\n',
    /anchors\[0\]\.branch is wrong/,
  ],
  ["a branch that leads elsewhere", 'anchors: [{ git: x, branch: "a/../b" }]\n', /branch is wrong/],
  ["a remote that is an address", 'anchors: [{ git: x, remote: "ext::sh" }]\n', /remote is wrong/],
  ["an unknown key of s3", s3(", acl: x"), /unknown key anchors\[0\]\.s3\.acl/],
  [
    "no region",
    `anchors: [{ s3: { bucket: b-1, ${credentials} } }]\n`,
    /anchors\[0\]\.s3\.region is missing/,
  ],
  ["a bucket that is a path", s3("").replace("kept", "a/b"), /anchors\[0\]\.s3\.bucket is wrong/],
  ["a prefix that leads elsewhere", s3(", prefix: a/../b"), /anchors\[0\]\.s3\.prefix is wrong/],
  [
    "a secret in the file",
    s3("").replace("{ env: SECRET }", "hunter2"),
    /anchors\[0\]\.s3\.secretAccessKey is wrong/,
  ],
  [
    "plain text on a network",
    s3(', endpoint: "http://minio.lan:9000"'),
    /anchors\[0\]\.s3\.endpoint is wrong: anybody on the way/,
  ],
])("%s is an error that names it", ([, text, what]) => {
  expect(() => read(text)).toThrow(what);
  expect(() => read(text)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  expect(() => read(text)).not.toThrow(/hunter2/);
});

test.each(["http://127.0.0.1:9000", "http://localhost:9000"])("%s may be plain text", (endpoint) => {
  expect(read(s3(`, endpoint: "${endpoint}"`)).anchors).toHaveLength(1);
});

test("plain text on a network can be allowed", () => {
  expect(read(s3(', endpoint: "http://minio.lan:9000", allowPlaintext: true')).anchors).toHaveLength(1);
});
