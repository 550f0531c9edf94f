// `npm run test:clients`: real agent programs under `custody run`, against a model API of the project's own. They are large
// (1.2 GB), so they are installed on demand, into a cache, and are no dependencies. What runs sees no network but loopback.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bin, endTogether, prepare, progress, root, run } from "./install.mjs";

const PACKAGES = {
  "@anthropic-ai/claude-code": "2.1.329",
  "@google/gemini-cli": "0.61.0",
  "@openai/codex": "0.169.0",
  "opencode-ai": "1.18.33",
};

endTogether();
const folder = process.env["CUSTODY_CLIENTS"] ?? join(root, "node_modules", ".cache", "custody-clients");
await prepare("installing the agents, and testing");
await installClients();
const vitest = [
  bin("vitest/vitest.mjs"),
  "run",
  `--root=${root}`,
  `--config=${join(root, "scripts/vitest-clients.config.mjs")}`,
  ...process.argv.slice(2),
];
process.exit(await inLoopbackOnly(process.execPath, vitest, { ...process.env, CUSTODY_CLIENTS: folder }));

async function installClients() {
  const wanted = `${JSON.stringify({ dependencies: PACKAGES, private: true }, null, 2)}\n`;
  const manifest = join(folder, "package.json");
  const stamp = join(folder, ".installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(manifest, wanted);
  progress(`installing four agents into ${folder} (1.2 GB)…`);
  // An agent may ask for a newer Node.js than it needs, and the project's own setting would refuse it for that.
  const options = ["--no-audit", "--no-fund", "--no-package-lock", "--engine-strict=false"];
  const code = await run("npm", ["install", ...options], { cwd: folder });
  if (code !== 0) process.exit(code);
  writeFileSync(stamp, wanted);
}

/** In a network of its own, which has loopback and nothing else: an agent that wanted to go elsewhere could not. */
async function inLoopbackOnly(command, args, env) {
  const isRoot = process.getuid?.() === 0;
  const unshare = ["--net", ...(isRoot ? [] : ["--user", "--map-root-user"]), "sh", "-c"];
  const script = 'ip link set lo up && exec "$0" "$@"';
  return run("unshare", [...unshare, script, command, ...args], { env });
}
