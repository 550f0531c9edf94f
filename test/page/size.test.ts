import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const BYTES_MAX = 200 * 1024;
/** As `npm test` has built it; see scripts/build-page.mjs. */
const folder = new URL("../../apps/web/dist/page/", import.meta.url);

test("what the first view loads of script stays below its limit, compressed", () => {
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
