// Builds the page into apps/web/dist/page, unless what it is made of is as it was at the last build.
//
// `npm start` and `npm test` come here each time, so the usual case has to cost milliseconds.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "apps", "web", "dist", ".page-stamp");

/** Everything that can change what is built: the page, the packages that it takes in, and the versions of the rest. */
const ingredients = [
  "apps/web/index.html",
  "apps/web/package.json",
  "apps/web/vite.config.ts",
  "apps/web/src",
  "packages/domain/src",
  "packages/ledger/package.json",
  "packages/ledger/src",
  "packages/messages/src",
  "scripts/build-page.mjs",
  "package-lock.json",
  "tsconfig.base.json",
];

const fingerprint = fingerprintOf(ingredients);
if (!isBuilt()) {
  // A build that is interrupted must not look like a finished one.
  rmSync(stamp, { force: true });
  // Whatever the caller's is: the libraries' own checks for developers would come along.
  process.env["NODE_ENV"] = "production";
  const { build } = await import("vite");
  await build({ configFile: join(root, "apps/web/vite.config.ts"), logLevel: "warn" });
  compress(join(root, "apps/web/dist/page/assets"));
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
  if (!existsSync(join(root, "apps/web/dist/page/index.html")) || !existsSync(stamp)) return false;
  return readFileSync(stamp, "utf8") === fingerprint;
}

function fingerprintOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesBelow))
    hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return `${hash.digest("hex")}\n`;
}

function filesBelow(path) {
  if (!existsSync(join(root, path))) return [];
  const entries = /\.[a-z]+$/.test(path) ? [] : readdirSync(join(root, path), { withFileTypes: true });
  if (entries.length === 0) return [path];
  return entries
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => filesBelow(`${path}/${name}`))
    .filter((file) => !/\.test\.tsx?$/.test(file));
}
