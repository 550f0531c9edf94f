import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Terminal } from "@xterm/headless";
import { expect, onTestFinished, test } from "vitest";
import type { Custody } from "../custody-process.ts";
import { AgentTerminal, newScreen, seenOn } from "./agent-terminal.ts";
import { installed, newestSession } from "./installation.ts";

interface Told {
  readonly event: string;
  readonly data: {
    readonly columns?: number;
    readonly rows?: number;
    readonly text?: string;
    readonly recording?: string;
    readonly nextPiece?: number;
    readonly piece?: number;
  };
}

/** Somebody who watches a session's terminal. */
class Viewer {
  readonly told: Told[] = [];
  readonly #leaving = new AbortController();
  screen: Terminal = newScreen(80, 24);

  async watch(custody: Custody, session: string): Promise<number> {
    const { url } = JSON.parse(readFileSync(join(custody.data, "server.json"), "utf8")) as { url: string };
    const token = readFileSync(join(custody.data, "local.token"), "utf8").trim();
    const response = await fetch(`${url}/api/sessions/${session}/terminal`, {
      headers: { authorization: `Bearer ${token}` },
      signal: this.#leaving.signal,
    });
    if (response.status === 200 && response.body !== null) void this.#read(response.body).catch(() => {});
    return response.status;
  }

  leave(): void {
    this.#leaving.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let waiting = "";
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      const messages = (waiting + decoder.decode(chunk, { stream: true })).split("\n\n");
      waiting = messages.pop() ?? "";
      for (const message of messages) await this.#take(message);
    }
  }

  async #take(message: string): Promise<void> {
    const event = /^event: (.*)$/m.exec(message)?.[1];
    if (event === undefined) return;
    const data = JSON.parse(/^data: (.*)$/m.exec(message)?.[1] ?? "{}") as Told["data"];
    this.told.push({ data, event });
    if (event === "snapshot") {
      this.screen = newScreen(data.columns ?? 0, data.rows ?? 0);
      await this.#show(data.text ?? "");
    } else
      for (const line of (data.recording ?? "").trimEnd().split("\n").slice(1)) {
        const [, code, text] = JSON.parse(line) as [number, string, string];
        if (code === "o") await this.#show(text);
      }
  }

  #show(text: string): Promise<void> {
    return new Promise((resolve) => this.screen.write(text, resolve));
  }
}

const patience = { interval: 50, timeout: 60_000 };

test("whoever watches sees what the terminal shows, also when they come late, and after a restart", async () => {
  const custody = await installed();
  const script = join(custody.directory, "agent.mjs");
  writeFileSync(
    script,
    `process.stdin.setRawMode(true);
     process.stdout.write("\\x1b[?1049h\\x1b[2J\\x1b[5;10H\\x1b[1;33mthe other screen 漢\\x1b[0m");
     let row = 6;
     process.stdin.on("data", (keys) => {
       if (keys.includes(113)) process.exit(0);
       process.stdout.write("\\x1b[" + row++ + ";10H\\x1b[3" + (row % 8) + "mkey " + keys.toString() + "\\x1b[0m");
     });`,
  );
  const terminal = AgentTerminal.recorded([process.execPath, script], custody.directory, {
    columns: 90,
    rows: 28,
  });
  await terminal.sees("the other screen");
  const session = await newestSession(custody);
  const early = new Viewer();
  onTestFinished(() => early.leave());
  expect(await early.watch(custody, session)).toBe(200);
  await expect.poll(() => seenOn(early.screen), patience).toBe(terminal.seen());
  terminal.type("a");
  await terminal.sees("key a");
  await expect.poll(() => seenOn(early.screen), patience).toBe(terminal.seen());
  const late = new Viewer();
  onTestFinished(() => late.leave());
  expect(await late.watch(custody, session)).toBe(200);
  await expect.poll(() => seenOn(late.screen), patience).toBe(terminal.seen());
  expect(late.told[0]).toMatchObject({ data: { columns: 90, rows: 28 }, event: "snapshot" });
  terminal.type("b");
  await terminal.sees("key b");
  for (const viewer of [early, late])
    await expect.poll(() => seenOn(viewer.screen), patience).toBe(terminal.seen());
  await custody.stop();
  await custody.start();
  const later = new Viewer();
  onTestFinished(() => later.leave());
  expect(await later.watch(custody, session)).toBe(200);
  await expect.poll(() => seenOn(later.screen), patience).toBe(terminal.seen());
  terminal.type("q");
  expect((await terminal.ended).exitCode).toBe(0);
  expect(await new Viewer().watch(custody, "no-such-session")).toBe(404);
}, 300_000);
