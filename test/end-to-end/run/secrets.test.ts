import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { LedgerReader, parseBlobReference } from "@custody/ledger";
import { expect, onTestFinished, test } from "vitest";
import { AgentTerminal } from "./agent-terminal.ts";
import { castOf, installed, newestSession, printedIn } from "./installation.ts";

/** Everything that the ledger has, decrypted, and the bytes of all files beside it. */
async function everythingOf(directory: string): Promise<string> {
  const reader = await LedgerReader.open({ directory });
  const texts: string[] = [];
  for await (const { payload } of reader.entries()) {
    if (payload === undefined) continue;
    texts.push(payload.toString("utf8"));
    const { blobs = [] } = JSON.parse(payload.toString("utf8")) as AuditRecord;
    for (const { digest } of blobs)
      for await (const chunk of reader.blob(parseBlobReference(digest))) texts.push(chunk.toString("latin1"));
  }
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  for (const { name, parentPath } of files) texts.push(readFileSync(join(parentPath, name), "latin1"));
  return texts.join("\n");
}

test("a secret of the environment, of the terminal, or of the session is nowhere afterwards", async () => {
  const custody = await installed();
  const planted = {
    environment: randomBytes(18).toString("base64url"),
    terminal: `ghp_${randomBytes(27).toString("hex").slice(0, 36)}`,
    slowly: `AKIA${randomBytes(20)
      .toString("hex")
      .toUpperCase()
      .replaceAll(/[^A-Z2-7]/g, "A")
      .slice(0, 16)}`,
  };
  const folder = mkdtempSync(join(tmpdir(), "custody-planted-"));
  onTestFinished(() => rmSync(folder, { force: true, recursive: true }));
  const script = join(folder, "agent.mjs");
  writeFileSync(
    script,
    `import { readFileSync } from "node:fs";
     const { terminal, slowly } = JSON.parse(readFileSync(new URL("planted.json", import.meta.url), "utf8"));
     console.log("environment", process.env.DEPLOY_TOKEN);
     console.log("encoded", encodeURIComponent(process.env.DEPLOY_TOKEN), btoa(process.env.DEPLOY_TOKEN));
     console.log("address", process.env.SHOP_DATABASE_URL);
     console.log("found", terminal);
     for (const character of slowly) {
       process.stdout.write(character);
       await new Promise((resolve) => setTimeout(resolve, 100));
     }
     console.log(" typed slowly");
     console.log("the end");`,
  );
  writeFileSync(join(folder, "planted.json"), JSON.stringify(planted));
  const terminal = AgentTerminal.recorded([process.execPath, script], custody.directory, {
    columns: 200,
    variables: { DEPLOY_TOKEN: planted.environment },
  });
  await terminal.ended;
  // Whoever sits at the terminal sees what the program shows.
  expect(terminal.seen()).toContain(`environment ${planted.environment}`);
  expect(terminal.seen()).toContain(planted.terminal);
  const password = /postgres:\/\/[^:]+:([^@]+)@/.exec(terminal.seen().replaceAll("\n", ""))?.[1] ?? "";
  expect(password).toHaveLength(43);
  const printed = printedIn(await castOf(custody, await newestSession(custody)));
  expect(printed).toMatch(/environment \[secret:DEPLOY_TOKEN:[0-9a-f]{12}\]/);
  expect(printed).toMatch(/found \[secret:[a-z-]+:[0-9a-f]{12}\]/);
  expect(printed).toContain("the end");
  await custody.stop();
  const everything = await everythingOf(custody.data);
  expect(everything).toContain("the end");
  for (const secret of [...Object.values(planted), password, btoa(planted.environment)])
    expect(everything.includes(secret)).toBe(false);
}, 300_000);

test("what is typed is recorded only where that was asked for", async () => {
  const custody = await installed();
  for (const parameters of [[], ["--record-input"]]) {
    const terminal = AgentTerminal.recorded(
      ["sh", "-c", "stty -echo; echo ready; read line; echo done"],
      custody.directory,
      {
        parameters,
      },
    );
    await terminal.sees("ready");
    terminal.type("not-echoed\r");
    await terminal.ended;
    const cast = await castOf(custody, await newestSession(custody));
    const typed = (cast.slice(1) as [number, string, string][]).filter(([, code]) => code === "i");
    expect(typed.map(([, , data]) => data).join("")).toBe(parameters.length === 0 ? "" : "not-echoed\r");
  }
}, 300_000);

test("a recording is played in a terminal, and into nothing else unless that is asked for", async () => {
  const custody = await installed();
  const script = `printf '\\033]0;title\\007\\033[31mred\\033[0m\\033[6n text\\n'`;
  expect((await custody.run("run", "--", "sh", "-c", script)).code).toBe(0);
  const session = await newestSession(custody);
  const refused = await custody.run("replay", session);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain("ask for --json, or for --raw");
  const raw = await custody.run("replay", session, "--raw");
  expect(raw.stdout).toBe("\x1b]0;title\x07\x1b[31mred\x1b[0m\x1b[6n text\r\n");
  expect((await custody.run("replay", "no-such-session", "--raw")).code).toBe(1);
  expect((await custody.run("replay", session, "--speed", "fast")).code).toBe(2);
  const command = new URL("../../../apps/cli/bin/custody.mjs", import.meta.url).pathname;
  const parameters = ["replay", session, "--speed", "100", "--idle-max", "1s"];
  const terminal = new AgentTerminal([process.execPath, command, ...parameters], custody.directory);
  expect(await terminal.ended).toEqual({ exitCode: 0, signal: undefined });
  expect(terminal.seen()).toContain("red text");
  expect(terminal.written).toContain("\x1b[31mred");
  expect(terminal.written).not.toContain("\x1b]0;title");
  expect(terminal.written).not.toContain("\x1b[6n");
  const looks = await custody.records<AuditRecord>("--type", "access.command");
  expect(looks.map(({ details }) => details?.["command"])).toContain("replay");
}, 300_000);
