import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseCosignerKey } from "@custody/ledger/verifier";
import { expect, onTestFinished, test, vi } from "vitest";
import { history, signedLog } from "../../packages/anchors/src/testing/signed-log.ts";
import { runCommand, WitnessProcess } from "./witness-process.ts";

/** Several processes start in each of these. */
vi.setConfig({ testTimeout: 120_000 });

async function served(...more: string[]) {
  const log = await signedLog();
  const witness = new WitnessProcess([log.verifierKey]);
  onTestFinished(() => witness.remove());
  const ready = await witness.start(...more);
  const add = async (oldSize: number, entries: readonly string[]) => {
    const response = await fetch(`${ready.url}/add-checkpoint`, {
      body: log.ask(oldSize, entries),
      method: "POST",
    });
    return { response, status: response.status, text: await response.text() };
  };
  return { add, log, ready, witness };
}

test("a witness makes its key at the first start, keeps it, and shows it", async () => {
  const { ready, witness } = await served("--name", "witness.example/w1");
  expect(ready).toMatchObject({
    logs: ["log.example"],
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
  expect((await parseCosignerKey(ready.key)).name).toBe("witness.example/w1");
  expect(statSync(join(witness.data, "witness.key")).mode & 0o777).toBe(0o600);
  expect(await runCommand("witness", "key", "--data", witness.data)).toMatchObject({
    code: 0,
    stdout: `${ready.key}\n`,
  });
  expect(await witness.stop()).toBe(0);
  expect((await witness.start()).key).toBe(ready.key);
  await witness.stop();
  await expect(witness.start("--name", "another")).rejects.toThrow(/is called witness\.example\/w1.*USAGE/s);
});

test("it answers as the specification says, and shows what it cosigned", async () => {
  const { add, log, ready } = await served();
  const first = await add(0, history(5));
  expect([first.status, first.text]).toEqual([200, expect.stringMatching(/^— .+ \S+\n$/)]);
  const conflict = await add(3, history(5));
  expect([conflict.status, conflict.text]).toEqual([409, "5\n"]);
  expect(conflict.response.headers.get("content-type")).toBe("text/x.tlog.size");
  expect((await add(5, history(8, 2, "forged"))).status).toBe(422);
  const hash = createHash("sha256").update(log.origin).digest("hex");
  const shown = await fetch(`${ready.url}/${hash}/checkpoint`);
  expect(shown.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(await shown.text()).toBe(`${log.sign(history(5))}${first.text}`);
  const stranger = createHash("sha256").update("other").digest("hex");
  expect((await fetch(`${ready.url}/${stranger}/checkpoint`)).status).toBe(404);
});

test("what is no question of the protocol is refused, and long ones are not read to their end", async () => {
  const { ready } = await served();
  const post = (path: string, body: string) => fetch(`${ready.url}${path}`, { body, method: "POST" });
  expect((await post("/add-checkpoint", "no request")).status).toBe(400);
  expect((await post("/add-checkpoint", "x".repeat(300_000))).status).toBe(413);
  expect((await post("/", "")).status).toBe(404);
  expect((await post(`/${"a".repeat(64)}/checkpoint`, "")).status).toBe(405);
  for (const path of ["/add-checkpoint", "/../witness.key", "/logs", `/${"A".repeat(64)}/checkpoint`])
    expect((await fetch(`${ready.url}${path}`)).status, path).toBeGreaterThanOrEqual(404);
});

test("killed again and again under load, it goes on from what it has answered", async () => {
  const { add, log, witness } = await served();
  const entries = history(400);
  let size = 0;
  for (let life = 0; life < 4; life += 1) {
    const killed = new Promise<void>((resolve) =>
      setTimeout(() => void witness.kill().then(resolve), 100 + 150 * life),
    );
    for (;;) {
      const answer = await add(size, entries.slice(0, size + 1)).catch(() => undefined);
      if (answer === undefined) break;
      if (answer.status === 200) size += 1;
      // It was killed between keeping a checkpoint and saying so.
      else if (answer.status === 409) size = Number(answer.text);
    }
    await killed;
    await witness.start();
    const conflict = await add(size + 100, entries);
    expect(conflict.status).toBe(409);
    // What it answered is there, and at most the one more that nobody was told of.
    expect([size, size + 1]).toContain(Number(conflict.text));
  }
  expect(size).toBeGreaterThan(4);
  expect((await add(size, history(size + 5, 0, "forged"))).status).not.toBe(200);
  expect(readdirSync(join(witness.data, "logs")).filter((name) => !name.endsWith(".tmp"))).toEqual([
    createHash("sha256").update(log.origin).digest("hex"),
  ]);
});
