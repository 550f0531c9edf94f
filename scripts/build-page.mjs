// Builds the page into apps/web/dist/page and the page of evidence folders into apps/web/dist/evidence, unless what they
// are made of is as it was at the last build.
//
// `npm start` and `npm test` come here each time, so the usual case has to cost milliseconds.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { fingerprintOf } from "./fingerprint.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const web = join(root, "apps/web");
const stamp = join(web, "dist", ".page-stamp");
const built = [join(web, "dist/page/index.html"), join(web, "dist/evidence/index.html")];

/** Everything that can change what is built: the pages, the packages that they take in, and the versions of the rest. */
const ingredients = [
  "apps/web/evidence.html",
  "apps/web/index.html",
  "apps/web/own-packages.ts",
  "apps/web/package.json",
  "apps/web/vite.config.ts",
  "apps/web/vite.evidence.config.ts",
  "apps/web/src",
  "packages/domain/src",
  "packages/evidence/package.json",
  "packages/evidence/src",
  "packages/ledger/package.json",
  "packages/ledger/src",
  "packages/messages/src",
  "packages/signatures/src",
  "package-lock.json",
  "scripts/build-page.mjs",
  "tsconfig.base.json",
];

const fingerprint = fingerprintOf(ingredients);
if (!isBuilt()) {
  // A build that is interrupted must not look like a finished one.
  rmSync(stamp, { force: true });
  // Whatever the caller's is: the libraries' own checks for developers would come along.
  process.env["NODE_ENV"] = "production";
  const { build } = await import("vite");
  await build({ configFile: join(web, "vite.config.ts"), logLevel: "warn" });
  compress(join(web, "dist/page/assets"));
  await build({ configFile: join(web, "vite.evidence.config.ts"), logLevel: "warn" });
  writeFileSync(join(web, "dist/evidence/index.html"), evidencePage());
  writeFileSync(stamp, fingerprint);
}

/** Once here, at the highest quality, so that the server has only files to send. */
function compress(folder) {
  for (const name of readdirSync(folder).filter((name) => /\.(?:js|css|svg)$/.test(name))) {
    const path = join(folder, name);
    const plain = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(plain));
  }
}

function isBuilt() {
  if (!existsSync(stamp) || !built.every((path) => existsSync(path))) return false;
  return readFileSync(stamp, "utf8") === fingerprint;
}

/**
 * One file, which allows itself its own script and its own style, by their digests, and nothing else: no network, no frame,
 * no form, and no parsing of HTML by a script.
 */
function evidencePage() {
  const script = readFileSync(join(web, "dist/evidence/evidence.js"), "utf8").trim();
  const style = readFileSync(join(web, "dist/evidence/evidence.css"), "utf8").trim();
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style))
    throw new Error("the script or the style of the evidence page would end its own element");
  const policy = [
    "default-src 'none'",
    `script-src ${digest(script)}`,
    `style-src ${digest(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  const parts = {
    'content="policy"': `content="${policy}"`,
    "<!--script-->": `<script>${script}</script>`,
    "<!--style-->": `<style>${style}</style>`,
  };
  const template = readFileSync(join(web, "evidence.html"), "utf8");
  // By a function, since a replacement text with a dollar sign in it would mean something.
  return template.replace(/content="policy"|<!--(?:script|style)-->/g, (mark) => parts[mark]);
}

function digest(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
