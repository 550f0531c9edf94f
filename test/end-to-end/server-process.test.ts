import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuditRecord } from "@custody/domain";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";

/** The server's process, which is a child of the one that we started. */
function serverPid(custody: Custody): number {
  const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(custody.pid)], {
    encoding: "utf8",
  });
  return Number.parseInt(children.split("\n").find((line) => line.includes("server-entry")) ?? "", 10);
}

async function installed(): Promise<Custody> {
  const database = await createDatabase();
  const custody = new Custody(database.url);
  onTestFinished(async () => {
    await custody.remove();
    await database.drop();
  });
  return custody;
}

async function get(custody: Custody, server: string, path: string): Promise<{ status: number; json: never }> {
  const token = readFileSync(join(custody.data, "local.token"), "utf8").trim();
  const response = await fetch(`${server}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { json: (await response.json()) as never, status: response.status };
}

test("killed under load, the server comes back, and the data path does not notice", async () => {
  const custody = await installed();
  const { server } = await custody.start();
  const client = new Client({ connectionString: await custody.sessionUrl() });
  client.on("error", () => {});
  await client.connect();
  let answered = 0;
  let isOver = false;
  const load = (async () => {
    while (!isOver) {
      await client.query(`SELECT ${answered}`);
      answered += 1;
    }
  })();
  load.catch(() => {});
  for (let kill = 0; kill < 2; kill += 1) {
    await sleep(300);
    const before = answered;
    const pid = serverPid(custody);
    process.kill(pid, "SIGKILL");
    await expect
      .poll(
        () =>
          get(custody, server, "/api/status").then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 15_000 },
      )
      .toBe(200);
    expect(serverPid(custody)).not.toBe(pid);
    expect(answered).toBeGreaterThan(before);
  }
  isOver = true;
  await load;
  const page = (await get(custody, server, "/api/records?type=db.statement.completed&limit=1")).json as {
    rows: { text: string }[];
  };
  expect(page.rows[0]?.text).toBe(`SELECT ${answered - 1}`);
  await client.end();
  const records = await custody.records<AuditRecord>("--type", "db.statement.completed");
  expect(records.filter(({ statement }) => /^SELECT \d+$/.test(statement?.text ?? ""))).toHaveLength(
    answered,
  );
  expect((await custody.run("verify")).code).toBe(0);
  expect(await custody.stop()).toBe(0);
}, 240_000);

test("the server ends with the data path, and the next start has its port at once", async () => {
  const custody = await installed();
  let { server } = await custody.start();
  for (let round = 0; round < 3; round += 1) {
    const pid = serverPid(custody);
    await custody.kill();
    const again = await custody.start("--listen", new URL(server).host);
    expect(again.server).toBe(server);
    server = again.server;
    await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
    expect((await get(custody, server, "/api/status")).status).toBe(200);
  }
  expect(await custody.stop()).toBe(0);
}, 240_000);

function isRunning(pid: number): boolean {
  try {
    // What nobody has buried yet does not run.
    return !/^\s*Z/.test(execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }));
  } catch {
    return false;
  }
}

test("the sign-in link of the command line opens the records, once", async () => {
  const custody = await installed();
  const { server } = await custody.start();
  const { code, stdout } = await custody.run("open", "--json");
  expect(code).toBe(0);
  const [origin, secret] = (JSON.parse(stdout) as { url: string }).url.split("/#code=");
  expect(origin).toBe(server);
  const exchange = () =>
    fetch(`${server}/api/sign-in`, { body: JSON.stringify({ code: secret }), method: "POST" });
  const { token } = (await (await exchange()).json()) as { token: string };
  expect((await exchange()).status).toBe(401);
  const answer = await fetch(`${server}/api/records`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  expect((await custody.run("open", "--print")).stdout).toMatch(/^http:\/\/\S+\/#code=\S+\n$/);
});
