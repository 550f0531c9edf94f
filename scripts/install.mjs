// What `npm start` and `npm test` have in common. Plain Node, no dependencies: it runs before there are any.
//
// Progress goes to stderr, so that the output of the program that follows stays clean.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const stamp = join(root, "node_modules", ".custody-stamp");

/** @type {import("node:child_process").ChildProcess | undefined} */
let running;

/**
 * Installs what the lock file names, unless it is there already, compiles the sources, and builds the command and the page.
 * Ends the process with a plain message when a step fails.
 *
 * @param {string} last what the caller does as the third step, for the progress lines
 */
export async function prepare(last) {
  checkNode();
  const fingerprint = lockFingerprint();
  if (isInstalled(fingerprint)) {
    progress("[1/3] installed already");
  } else {
    progress("[1/3] installing…");
    // A production setting in the caller's environment would leave out the compiler and the test runner.
    await step("npm ci", ...npm("ci", "--include=dev", "--include=optional"));
    writeFileSync(stamp, fingerprint);
  }
  progress("[2/3] building…");
  await step("the build", process.execPath, [bin("typescript/bin/tsc"), "--build"]);
  await step("the build of the command", process.execPath, [join(root, "scripts/build-command.mjs")]);
  await step("the build of the page", process.execPath, [join(root, "scripts/build-page.mjs")]);
  progress(`[3/3] ${last}…`);
}

/** Where a package's own launcher lies: asked by path, because `npx` may go to the network. */
export function bin(path) {
  return join(root, "node_modules", path);
}

export function progress(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Runs a program to its end and gives its exit code; one that a signal ended gives 128 and more, as in a shell.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    running = child;
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      running = undefined;
      resolve(signal === null ? (code ?? 1) : 128 + (signalNumbers[signal] ?? 0));
    });
  });
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Hands every signal to the program that is running, and ends with it. A killed npm sends no signal at all, so
 * its life is watched too: nothing may outlive the command that a person believes to have ended.
 */
export function endTogether() {
  const handlers = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => {
    const handler = () => {
      if (running === undefined) process.exit(128 + signalNumbers[signal]);
      stopping ??= signal;
      for (const pid of family(running.pid)) send(pid, signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  // Only under npm: whoever starts the script by hand may want it to outlive their shell.
  if (process.env["npm_lifecycle_event"] !== undefined) watchNpm();
  return function letGo() {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}

/** The first signal that arrived while a step was running. */
let stopping;

async function step(name, command, args) {
  // Its output is progress, not ours; and nothing here asks a question.
  const code = await run(command, args, { stdio: ["ignore", 2, 2] }).catch((error) => {
    progress(`custody: ${name} could not start: ${error.message}`);
    return 1;
  });
  if (stopping !== undefined) process.exit(128 + signalNumbers[stopping]);
  if (code === 0) return;
  progress(`custody: ${name} failed with exit code ${code}; its own message stands above`);
  process.exit(code);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  progress(`custody: needs Node.js 20.19 or newer; this is ${process.version} (${process.execPath})`);
  process.exit(2);
}

/** Under npm, the same npm again; otherwise the one on the path. */
function npm(...args) {
  const path = process.env["npm_execpath"];
  if (path !== undefined && basename(path) === "npm-cli.js") return [process.execPath, [path, ...args]];
  return [process.platform === "win32" ? "npm.cmd" : "npm", args];
}

/** Binaries differ by system, so a folder that two systems share is installed anew when the other one comes. */
function lockFingerprint() {
  const lock = readFileSync(join(root, "package-lock.json"));
  return `${createHash("sha256").update(lock).digest("hex")} ${process.platform}-${process.arch}\n`;
}

function isInstalled(fingerprint) {
  if (!existsSync(bin("typescript/bin/tsc")) || !existsSync(bin("vitest/vitest.mjs"))) return false;
  const stamped = existsSync(stamp) ? readFileSync(stamp, "utf8") : undefined;
  if (stamped === fingerprint) return true;
  // Installed on another system: the binaries would not run here.
  if (stamped !== undefined && stamped.split(" ")[1] !== fingerprint.split(" ")[1]) return false;
  // Somebody ran npm himself, or the lock file changed in form only. What npm noted tells whether it still fits.
  if (!matchesLock()) return false;
  writeFileSync(stamp, fingerprint);
  return true;
}

/** npm writes `node_modules/.package-lock.json` last, so one that is there belongs to a finished installation. */
function matchesLock() {
  const hidden = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(hidden)) return false;
  const wanted = readJson(join(root, "package-lock.json")).packages;
  const present = readJson(hidden).packages;
  if (Object.keys(present).some((path) => wanted[path] === undefined)) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes("node_modules/")) return true;
    const found = present[path];
    // Optional packages are mostly other systems' binaries, which npm leaves out here.
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** npm starts us through a shell, which on some systems stays between the two, and does not pass signals on. */
function watchNpm() {
  const parent = process.ppid;
  const isShell = /^(ba|da|a)?sh$/.test(processText(parent, "comm").trim());
  const npmPid = isShell ? parentOf(parent) : undefined;
  const watch = setInterval(() => {
    if (process.ppid === parent && (npmPid === undefined || parentOf(parent) === npmPid)) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 500);
  watch.unref();
}

/** A process and all that it started, as far as the system tells: the workers of a test run end with it. */
function family(pid) {
  if (!existsSync("/proc/self/stat")) return [pid];
  const others = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = new Map(others.map((name) => [Number(name), parentOf(Number(name))]));
  const found = [pid];
  for (const member of found) {
    for (const [child, parent] of parents) if (parent === member) found.push(child);
  }
  return found;
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended in the meantime, which is what was wanted.
  }
}

/** Only Linux tells; elsewhere nobody is known to be anybody's parent. */
function parentOf(pid) {
  const afterName = processText(pid, "stat").split(") ").at(-1) ?? "";
  const parent = Number(afterName.split(" ")[1]);
  return Number.isInteger(parent) ? parent : undefined;
}

function processText(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
