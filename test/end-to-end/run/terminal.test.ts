import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { expect, test } from "vitest";
import { optional } from "../../postgres/optional.ts";
import { AgentTerminal, replayed, seenOn } from "./agent-terminal.ts";
import { castOf, endsOf, installed, newestSession } from "./installation.ts";

const shell = ["bash", "--norc", "--noprofile", "-i"];

test("a shell has its terminal: its size, colours, Ctrl-C, Ctrl-Z, and its exit status", async () => {
  const custody = await installed();
  const terminal = AgentTerminal.recorded(shell, custody.directory, { columns: 91, rows: 31 });
  await terminal.sees("$");
  terminal.type(
    "stty size; echo $TERM; test -t 0 && test -t 1 && test -t 2 && echo all-$((1+1))-terminals\r",
  );
  await terminal.sees("31 91");
  await terminal.sees("xterm-256color");
  await terminal.sees("all-2-terminals");
  terminal.resize(70, 20);
  terminal.type(`until [ "$(stty size)" = "20 70" ]; do sleep 0.1; done; echo re"sized"\r`);
  await terminal.sees(/^resized$/m);
  terminal.type("echo before; sleep 1000\r");
  await terminal.sees(/^before$/m);
  terminal.type("\x03");
  terminal.type("echo interrupted=$?\r");
  await terminal.sees("interrupted=130");
  terminal.type("echo again; sleep 1000\r");
  await terminal.sees(/^again$/m);
  terminal.type("\x1a");
  await terminal.sees("Stopped");
  terminal.type("jobs; fg\r");
  await terminal.sees(/Stopped[\s\S]*sleep 1000\n+sleep 1000|sleep 1000$/);
  terminal.type("\x03");
  terminal.type("echo interrupted-again=$?\r");
  await terminal.sees("interrupted-again=130");
  terminal.type("exit 7\r");
  expect(await terminal.ended).toEqual({ exitCode: 7, signal: undefined });

  const session = await newestSession(custody);
  const [ended] = await endsOf(custody);
  expect(ended).toMatchObject({ details: { exitCode: 7, reason: "exited" }, session });
  const [started] = await custody.records<AuditRecord>("--type", "session.started");
  expect(started).toMatchObject({
    actor: { agent: { name: "bash" } },
    details: { command: "bash --norc --noprofile -i", directory: custody.directory, isTerminal: true },
  });
  const pieces = await custody.records<AuditRecord>("--type", "terminal.recorded");
  expect(pieces.map(({ details }) => details?.["piece"])).toEqual(pieces.map((_, index) => index));
  // What it showed in the end is what the person saw, and what was typed is in it only where it was echoed.
  const cast = await castOf(custody, session);
  expect(seenOn(await replayed(cast))).toBe(terminal.seen());
  const codes = new Set((cast.slice(1) as string[][]).map(([, code]) => code));
  expect([...codes].sort()).toEqual(["m", "o", "r", "x"]);
}, 300_000);

test("vim and less show the same bare and recorded, and replay as they were seen", async (context) => {
  const vim = optional("vim", context);
  const less = optional("less", context);
  const custody = await installed();
  const lines = Array.from(
    { length: 300 },
    (_, index) => `line ${index + 1} \u6f22 \u00e9 ${"=".repeat(index % 70)}`,
  );
  const text = join(custody.directory, "text.txt");
  writeFileSync(text, `${lines.join("\n")}\n`);
  const plain = ["-u", "NONE", "-i", "NONE", "-n", "-c", "set noruler shortmess+=F"];
  const scenes: readonly Scene[] = [
    {
      command: [vim, ...plain, text],
      keys: ["/line 123\r", "ddp", "ihello \x1b", ":%s/=/-/g\r", "\x06", "gg", "\x04"],
      leave: ":q!\r",
    },
    { command: [less, "-S", text], keys: [" ", "/line 222\r", "\x1b[C", "G", "g", "j"], leave: "q" },
  ];
  for (const { command, keys, leave } of scenes) {
    const bare = new AgentTerminal(command, custody.directory);
    const recorded = AgentTerminal.recorded(command, custody.directory);
    const looks: string[] = [];
    for (const key of ["", ...keys]) {
      bare.type(key);
      const seen = await bare.settled();
      looks.push(seen);
      recorded.type(key);
      await expect.poll(() => recorded.seen(), { interval: 20, timeout: 60_000 }).toBe(seen);
    }
    for (const terminal of [bare, recorded]) {
      terminal.type(leave);
      expect((await terminal.ended).exitCode).toBe(0);
    }
    expect(recorded.seen()).toBe(bare.seen());
    const cast = await castOf(custody, await newestSession(custody));
    const last = looks.at(-1) as string;
    // The last look before it was left, and what is left after that.
    expect(seenOn(await replayed(cast, (seen) => seen === last))).toBe(last);
    expect(seenOn(await replayed(cast))).toBe(bare.seen());
  }
}, 300_000);

interface Scene {
  readonly command: readonly string[];
  readonly keys: readonly string[];
  readonly leave: string;
}

/** A program that takes the whole screen, and draws again for each key and each size. */
const fullScreen = `
const draw = (key) => {
  const { columns, rows } = process.stdout;
  let text = "\\x1b[?1049h\\x1b[?25l\\x1b[2J\\x1b[1;" + rows + "r";
  for (let row = 1; row <= rows; row += 1)
    text += "\\x1b[" + row + ";1H\\x1b[" + (31 + (row % 6)) + ";4" + (row % 8) + "m" + "─".repeat(columns - 2) + "漢";
  text += "\\x1b[0m\\x1b[3;5H key=" + JSON.stringify(key) + " size=" + columns + "x" + rows + " \\x1b(0lqqk\\x1b(B é👩‍🚀";
  process.stdout.write(text);
};
process.stdin.setRawMode(true);
process.stdout.on("resize", () => draw("resized"));
process.stdin.on("data", (keys) => {
  draw(keys.toString());
  if (keys.includes(113)) {
    process.stdout.write("\\x1b[?25h");
    process.exit(0);
  }
});
draw("none");
`;

test("a full-screen program shows the same bare, recorded and replayed, also when its window changes", async () => {
  const custody = await installed();
  const file = join(custody.directory, "full-screen.mjs");
  writeFileSync(file, fullScreen);
  const command = [process.execPath, file];
  const bare = new AgentTerminal(command, custody.directory);
  const recorded = AgentTerminal.recorded(command, custody.directory);
  for (const terminal of [bare, recorded]) {
    await terminal.sees('key="none" size=80x24');
    terminal.type("\x1b[A");
    await terminal.sees('key="\\u001b[A" size=80x24');
    terminal.resize(100, 30);
    await terminal.sees('key="resized" size=100x30');
  }
  const seen = bare.seen();
  expect(recorded.seen()).toBe(seen);
  for (const terminal of [bare, recorded]) {
    terminal.type("q");
    expect((await terminal.ended).exitCode).toBe(0);
  }
  expect(recorded.seen()).toBe(bare.seen());
  const cast = await castOf(custody, await newestSession(custody));
  expect(seenOn(await replayed(cast, (each) => each.includes('key="resized"')))).toContain("size=100x30");
  expect(seenOn(await replayed(cast))).toBe(bare.seen());
}, 300_000);
