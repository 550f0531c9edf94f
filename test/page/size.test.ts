import { readFileSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
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
  // What is measured is what the server sends, beside each script, not what compression would make of it.
  const bytes = scripts.map((path) => {
    const [plain, gzip, brotli] = ["", ".gz", ".br"].map((end) => readFileSync(new URL(path + end, folder)));
    expect(gunzipSync(gzip as Buffer).equals(plain as Buffer)).toBe(true);
    expect(brotliDecompressSync(brotli as Buffer).equals(plain as Buffer)).toBe(true);
    return (gzip as Buffer).length;
  });
  expect(bytes.reduce((total, each) => total + each, 0)).toBeLessThan(BYTES_MAX);
  // The content security policy allows neither.
  expect(html).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=/);
});
