import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { Client } from "pg";
import { expect, test } from "vitest";
import type { Custody } from "../custody-process.ts";
import { AgentTerminal } from "./agent-terminal.ts";
import { castOf, endsOf, installed, newestSession, printedIn } from "./installation.ts";

const custodyCommand = new URL("../../../apps/cli/bin/custody.mjs", import.meta.url).pathname;

const patience = { interval: 100, timeout: 120_000 };

/** `custody run` without a terminal, in the background. */
function runInBackground(custody: Custody, ...command: string[]) {
  const environment = { ...process.env };
  for (const name of ["CUSTODY_HOME", "CUSTODY_URL", "CUSTODY_TOKEN"]) delete environment[name];
  const child: ChildProcess = spawn(process.execPath, [custodyCommand, "run", "--", ...command], {
    cwd: custody.directory,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let failed = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    failed += chunk.toString();
  });
  const ended = new Promise<number | string>((resolve) =>
    child.once("close", (code, signal) => resolve(signal ?? code ?? -1)),
  );
  return { child, ended, failed: () => failed, said: () => said };
}

/** Whether a process is there, and not only waiting to be noticed. */
function isAlive(pid: number): boolean {
  try {
    const [state] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return state !== "Z";
  } catch {
    return false;
  }
}

async function pidIn(file: string): Promise<number> {
  await expect.poll(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"), patience).toBe(true);
  return Number(readFileSync(file, "utf8"));
}

test("without a terminal it passes on what is read and written, and ends as its program does", async () => {
  const custody = await installed();
  const script = "cat; echo err >&2; exit 3";
  const plain = await custody.runWith("in\nput\0\xff", "run", "--agent", "robot", "--", "sh", "-c", script);
  expect(plain).toEqual({ code: 3, stderr: "err\n", stdout: "in\nput\0\xff" });
  expect((await custody.run("run", "--", "sh", "-c", "kill -TERM $$")).code).toBe(143);
  expect((await custody.run("run", "--", "sh", "-c", "kill -9 $$")).code).toBe(137);
  expect(await custody.run("run", "--", "no-such-program")).toMatchObject({
    code: 127,
    stderr: "custody: no-such-program: command not found\n",
  });
  expect((await custody.run("run", "--", custody.directory)).code).toBe(127);
  const ends = await endsOf(custody);
  expect(ends.map(({ details }) => details)).toEqual([
    { exitCode: 3, reason: "exited" },
    { reason: "exited", signal: "SIGTERM" },
    { reason: "exited", signal: "SIGKILL" },
  ]);
  expect(ends[0]).toMatchObject({ actor: { agent: { name: "robot" } }, level: "info" });
  const cast = await castOf(custody, ends[0]?.session ?? "");
  expect(printedIn(cast)).toContain("in\r\nput\0");
  expect(printedIn(cast)).toContain("err\r\n");
  expect(cast.at(-1)).toEqual([expect.any(Number), "m", expect.stringMatching(/^session\.ended /)]);
}, 300_000);

test("a signal to it is the program's, and whoever reads no more ends the program as a pipe would", async () => {
  const custody = await installed();
  const script = "trap 'echo got-it; exit 5' TERM; echo ready; while :; do sleep 0.1; done";
  const run = runInBackground(custody, "sh", "-c", script);
  await expect.poll(run.said, patience).toContain("ready");
  run.child.kill("SIGTERM");
  expect(await run.ended).toBe(5);
  expect(run.said()).toContain("got-it");
  const broken = runInBackground(
    custody,
    "sh",
    "-c",
    "echo ready; while echo more; do sleep 0.05; done; exit 0",
  );
  await expect.poll(broken.said, patience).toContain("ready");
  broken.child.stdout?.destroy();
  expect(await broken.ended).toBe(141);
}, 300_000);

test("what the agent gets is its session, and nothing that opens the run's own channel", async () => {
  const custody = await installed();
  const script = `
    const [, , url, id] = process.argv;
    console.log(JSON.stringify(process.env));
  `;
  writeFileSync(join(custody.directory, "agent.mjs"), script);
  const { stdout } = await custody.run("run", "--", process.execPath, "agent.mjs");
  const environment = JSON.parse(stdout) as Record<string, string>;
  const session = await newestSession(custody);
  expect(environment["CUSTODY_SESSION"]).toBe(session);
  expect(environment["CUSTODY_TOKEN"]).toBeUndefined();
  const { password } = new URL(environment["SHOP_DATABASE_URL"] ?? "");
  const [started] = await custody.records<AuditRecord>("--type", "session.started");
  expect(JSON.stringify(environment)).not.toContain(String(started?.details?.["runTokenDigest"]));
  const server = JSON.parse(readFileSync(join(custody.data, "server.json"), "utf8")) as { url: string };
  for (const [method, path] of [
    ["GET", "control"],
    ["POST", "recording"],
    ["POST", "end"],
    ["POST", "secrets"],
  ]) {
    const headers = { authorization: `Bearer ${password}` };
    const answer = await fetch(`${server.url}/api/sessions/${session}/${path}`, {
      headers,
      method: method ?? "",
    });
    expect(answer.status).toBe(401);
  }
}, 300_000);

test("stopped from outside, its processes end, its credentials open nothing, and the record has who did it", async () => {
  const custody = await installed();
  const child = join(custody.directory, "child.pid");
  const inner = join(custody.directory, "inner.sh");
  writeFileSync(inner, `trap '' TERM HUP\necho $$ > ${child}\nwhile :; do sleep 1; done\n`);
  const terminal = AgentTerminal.recorded(["bash", "--norc", "--noprofile", "-i"], custody.directory);
  await terminal.sees("$");
  // In a job of its own, which is no part of the shell's group.
  terminal.type(`echo "url=<$SHOP_DATABASE_URL>" > url.txt; sh ${inner} &\r`);
  const pid = await pidIn(child);
  const url = /url=<(.*)>/.exec(readFileSync(join(custody.directory, "url.txt"), "utf8"))?.[1] ?? "";
  const client = new Client({ connectionString: url });
  const cut = new Promise<string>((resolve) => client.on("error", ({ message }) => resolve(message)));
  await client.connect();
  expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  const session = await newestSession(custody);
  const stopped = await custody.run("session", "end", session, "--reason", "wrong branch", "--json");
  expect(stopped).toMatchObject({ code: 0, stdout: `${JSON.stringify({ project: "default", session })}\n` });
  expect(await cut).toContain("the session has ended");
  const late = new Client({ connectionString: url });
  late.on("error", () => {});
  await expect(late.connect()).rejects.toThrow(/SIGN_IN_REFUSED/);
  await terminal.ended;
  expect(terminal.seen().replaceAll("\n", "")).toContain(`the session ${session} was stopped from outside`);
  await expect.poll(() => isAlive(pid), patience).toBe(false);
  const ends = await endsOf(custody);
  expect(ends).toHaveLength(1);
  expect(ends[0]).toMatchObject({
    actor: { human: { id: "local", name: "local operator" } },
    details: { reason: "stopped", why: "wrong branch" },
    level: "warning",
    session,
  });
  expect(await custody.run("session", "end", session)).toMatchObject({ code: 1, stdout: "" });
  expect(await endsOf(custody)).toHaveLength(1);
}, 300_000);

test("a session by hand is ended from outside as well, and stays so when Custody starts again", async () => {
  const custody = await installed();
  const url = await custody.sessionUrl();
  const session = new URL(url).username;
  expect((await custody.run("session", "end", session)).code).toBe(0);
  const connect = async () => {
    const client = new Client({ connectionString: url });
    client.on("error", () => {});
    await client.connect();
  };
  await expect(connect()).rejects.toThrow(/SIGN_IN_REFUSED/);
  await custody.stop();
  await custody.start();
  // The port may be another one now; that the session is none is for the server to say.
  expect(await custody.run("session", "end", session)).toMatchObject({ code: 1 });
  expect((await custody.run("session", "end", "no-such-session")).code).toBe(1);
}, 300_000);

test("a run that is killed is over after a while, as unknown, with the recording until then", async () => {
  const custody = await installed();
  const run = runInBackground(
    custody,
    "sh",
    "-c",
    "echo shown; echo $SHOP_DATABASE_URL > url.txt; exec sleep 300",
  );
  await expect.poll(run.said, patience).toContain("shown");
  const session = await newestSession(custody);
  await expect
    .poll(async () => (await custody.records("--type", "terminal.recorded")).length, patience)
    .toBe(1);
  const agent = Number((await childrenOf(run.child.pid ?? 0))[0]);
  run.child.kill("SIGKILL");
  await run.ended;
  await expect.poll(() => endsOf(custody), patience).toHaveLength(1);
  process.kill(agent, "SIGKILL");
  const [ended] = await endsOf(custody);
  expect(ended).toMatchObject({
    actor: { service: "custody" },
    details: { reason: "unknown" },
    level: "warning",
    session,
  });
  expect(printedIn(await castOf(custody, session))).toBe("shown\r\n");
  const client = new Client({
    connectionString: readFileSync(join(custody.directory, "url.txt"), "utf8").trim(),
  });
  client.on("error", () => {});
  await expect(client.connect()).rejects.toThrow(/SIGN_IN_REFUSED/);
}, 300_000);

async function childrenOf(pid: number): Promise<string[]> {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
}

test("when Custody is killed in the middle and comes back, the run goes on, and nothing of it is lost", async () => {
  const custody = await installed();
  const script = "i=0; while [ ! -e stop ]; do i=$((i+1)); echo number $i; sleep 0.05; done; echo last";
  const run = runInBackground(custody, "sh", "-c", script);
  await expect.poll(run.said, patience).toContain("number 20\n");
  const session = await newestSession(custody);
  await custody.kill();
  const before = run.said().split("\n").length;
  await expect.poll(() => run.said().split("\n").length, patience).toBeGreaterThan(before + 40);
  await custody.start();
  const back = run.said().split("\n").length;
  await expect.poll(() => run.said().split("\n").length, patience).toBeGreaterThan(back + 40);
  writeFileSync(join(custody.directory, "stop"), "");
  expect(await run.ended).toBe(0);
  expect(run.failed()).toBe("");
  expect(printedIn(await castOf(custody, session))).toBe(run.said().replaceAll("\n", "\r\n"));
  expect((await endsOf(custody)).map(({ details }) => details)).toEqual([{ exitCode: 0, reason: "exited" }]);
}, 300_000);

test("when Custody is gone for good, the program goes on, and one line says that not all is recorded", async () => {
  const custody = await installed();
  const run = runInBackground(
    custody,
    "sh",
    "-c",
    "echo one; while [ ! -e stop ]; do sleep 0.1; done; echo two; exit 4",
  );
  await expect.poll(run.said, patience).toContain("one");
  await custody.kill();
  writeFileSync(join(custody.directory, "stop"), "");
  expect(await run.ended).toBe(4);
  expect(run.said()).toBe("one\ntwo\n");
  expect(run.failed()).toMatch(/^custody: not all of the session [0-9a-f-]+ could be recorded[^\n]*\n$/);
  await custody.start();
  // Nobody comes back to it, and nobody knows how it ended.
  await expect.poll(() => endsOf(custody), patience).toMatchObject([{ details: { reason: "unknown" } }]);
}, 300_000);
