import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const BYTES_MAX = 200 * 1024;
const folder = new URL("../../apps/web/dist/page/", import.meta.url);

test("what the first view loads of script stays below its limit, compressed", () => {
  execFileSync(process.execPath, [fileURLToPath(new URL("../../scripts/build-page.mjs", import.meta.url))]);
  const html = readFileSync(new URL("index.html", folder), "utf8");
  const scripts = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(
    (match) => match[1] as string,
  );
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = scripts.map((path) => gzipSync(readFileSync(new URL(path, folder))).length);
  expect(bytes.reduce((total, each) => total + each, 0)).toBeLessThan(BYTES_MAX);
  // The content security policy allows neither.
  expect(html).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=/);
});
