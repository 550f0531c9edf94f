import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AuditRecord } from "@custody/domain";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Custody } from "../end-to-end/custody-process.ts";
import { removeFolder } from "../end-to-end/remove-folder.ts";
import { ModelServer } from "../models/model-server.ts";
import { type Script, type Step, scripted, USAGE } from "../models/script.ts";
import { createDatabase } from "../postgres/shared.ts";
import { type AgentProgram, agents, type Home } from "./agents.ts";

const clients = process.env["CUSTODY_CLIENTS"] ?? "";
const command = new URL("../../apps/cli/bin/custody.mjs", import.meta.url).pathname;
const run = promisify(execFile);

/** What the model is to do, by a word in the prompt; the statement is a write, of one row. */
function scriptOf(agent: AgentProgram): Script {
  const work: Step[] = [
    { calls: [agent.shell("echo hello-from-the-shell")], text: "First I look." },
    {
      calls: [
        agent.shell("echo change > made.txt && git add made.txt && git commit -qm 'made by the agent'"),
      ],
      text: "Then I edit.",
    },
    {
      calls: [agent.shell(`psql "$SHOP_DATABASE_URL" -c "INSERT INTO orders VALUES (7)"`)],
      text: "Then the data.",
    },
    ...(agent.subAgent === undefined
      ? []
      : [{ calls: [agent.subAgent("SUBTASK: look around")], text: "Somebody helps." }]),
    ...(agent.subAgentWait === undefined ? [] : [{ calls: [agent.subAgentWait] }]),
    { text: "All done." },
  ];
  return scripted({
    FAULTY: [{ error: { status: 500, times: 1 }, text: "Recovered." }],
    SUBTASK: [{ calls: [agent.shell("echo from-the-sub-agent")] }, { text: "I looked around." }],
    WORK: work,
  });
}

for (const agent of agents)
  describe.skipIf(!existsSync(join(clients, "node_modules", agent.package)))(agent.name, () => {
    let models: ModelServer;
    let custody: Custody;
    let drop: () => Promise<void>;
    let home: Home;

    beforeAll(async () => {
      const database = await createDatabase();
      drop = () => database.drop();
      models = await ModelServer.start({ script: scriptOf(agent) });
      const at = `{ upstream: '${models.url}', key: { env: MODEL_KEY } }`;
      const yaml = `models: { listen: '127.0.0.1:0', environment: development, anthropic: ${at}, openai: ${at}, gemini: ${at} }\npolicy: ./policy.yaml\n`;
      custody = new Custody(database.url, yaml, { MODEL_KEY: "sk-held-by-the-gateway" });
      writeFileSync(
        join(custody.directory, "policy.yaml"),
        "version: 1\nrules:\n  - { name: no-drops, match: { verb: DROP TABLE }, effect: deny, message: Nothing is dropped here. }\n",
      );
      await custody.start();
      await run("psql", [database.url, "-qc", "CREATE TABLE orders (id int)"]);
      home = await newHome();
    }, 240_000);

    afterAll(async () => {
      await custody?.remove();
      await models?.stop();
      await drop?.();
      if (home !== undefined) await removeFolder(home.folder);
    });

    const ask = async (prompt: string) => {
      const before = new Set((await sessions()).map(({ session }) => session));
      const end = await runAgent(agent, custody, home, prompt);
      const started = (await sessions()).filter(
        ({ parentSession, session }) => parentSession === undefined && !before.has(session),
      );
      expect(started).toHaveLength(1);
      const [{ session = "" } = {}] = started;
      return { ...end, session };
    };
    const sessions = () => custody.records<AuditRecord>("--type", "session.started");
    const recordsOf = (session: string) => custody.records<AuditRecord>("--session", session);

    test("its work is one thread: prompt, answers, tools, the commit, the statement, and what it took", async () => {
      const { code, output, session } = await ask("WORK please");
      expect({ code, output: output.slice(-2000) }).toMatchObject({ code: 0 });
      expect(readFileSync(join(home.repository, "made.txt"), "utf8")).toBe("change\n");
      const { stdout: subject } = await run("git", ["-C", home.repository, "log", "-1", "--format=%s"]);
      expect(subject.trim()).toBe("made by the agent");
      const records = await recordsOf(session);
      const of = (type: string) => records.filter((record) => record.type === type);
      const [prompt] = of("prompt.submitted").filter(({ statement }) =>
        statement?.text.includes("WORK please"),
      );
      expect(prompt).toBeDefined();
      const inputs = of("tool.call.requested").map(({ statement }) => statement?.text ?? "");
      for (const words of ["hello-from-the-shell", "git commit", "INSERT INTO orders"])
        expect(inputs.some((input) => input.includes(words))).toBe(true);
      const results = of("tool.call.completed").map(({ details }) => String(details?.["result"]));
      expect(results.some((result) => result.includes("hello-from-the-shell"))).toBe(true);
      const insert = of("db.statement.completed").find(
        ({ operations }) => operations?.[0]?.verb === "INSERT",
      );
      const call = of("tool.call.requested").find(({ statement }) =>
        statement?.text.includes("INSERT INTO orders"),
      );
      expect(insert?.effect?.rows.affected).toBe(1);
      expect(insert?.links).toMatchObject({ tool: call?.links.tool, toolBy: "time" });
      expect(insert?.links.prompt).toBe(call?.links.prompt);
      expect(of("session.ended")[0]?.details).toMatchObject({ exitCode: 0, reason: "exited" });
    });

    test("what it took is what the API said", async () => {
      const all = await custody.records<AuditRecord>("--type", "model.request.completed");
      const used = all.filter(({ usage }) => usage !== undefined);
      const sum = (name: "input" | "output" | "cacheRead") =>
        used.reduce((total, { usage }) => total + (usage?.[name] ?? 0), 0);
      expect(used.length).toBeGreaterThan(3);
      expect([sum("input"), sum("cacheRead"), sum("output")]).toEqual(
        [USAGE.input, USAGE.cacheRead, USAGE.output].map((each) => each * used.length),
      );
      expect(used).toHaveLength(
        models.requests.filter(({ url }) => /messages|responses|generateContent/i.test(url)).length,
      );
    });

    test.skipIf(agent.subAgent === undefined)(
      "a sub-agent's work is on record, below the one that began it",
      async () => {
        const calls = await custody.records<AuditRecord>("--type", "tool.call.requested");
        expect(calls.some(({ statement }) => statement?.text.includes("from-the-sub-agent"))).toBe(true);
        const started = await sessions();
        const children = started.filter(({ parentSession }) => parentSession !== undefined);
        expect(children).toHaveLength(agent.namesSubAgents === true ? 1 : 0);
      },
    );

    test("an error of the provider is tried again, and both are on record", async () => {
      const { code, session } = await ask("FAULTY please");
      expect(code).toBe(0);
      const ends = (await recordsOf(session))
        .map(({ type }) => type)
        .filter((type) => /^model\.request\.(failed|completed)$/.test(type));
      expect(ends).toContain("model.request.failed");
      expect(ends.at(-1)).toBe("model.request.completed");
    });

    test("a refusal by policy reaches it as the provider's own error, once", async () => {
      writeFileSync(
        join(custody.directory, "policy.yaml"),
        "version: 1\nrules:\n  - { name: no-models, match: { engine: model }, effect: deny, message: No models today. }\n",
      );
      expect((await custody.run("config", "reload")).code).toBe(0);
      const asked = models.requests.length;
      const { output, session } = await ask("WORK again");
      expect(output).toContain("No models today");
      expect(models.requests).toHaveLength(asked);
      const denied = (await recordsOf(session)).filter(({ type }) => type === "model.request.denied");
      expect(denied.length).toBeGreaterThan(0);
      expect(denied[0]?.decision?.rule).toBe("no-models");
      expect((await custody.run("verify")).code).toBe(0);
    });
  });

async function newHome(): Promise<Home> {
  const folder = mkdtempSync(join(tmpdir(), "custody-client-"));
  const repository = join(folder, "repository");
  mkdirSync(repository);
  const git = (...args: string[]) => run("git", ["-C", repository, ...args]);
  await git("init", "-q");
  await git("config", "user.email", "agent@example.com");
  await git("config", "user.name", "Agent");
  writeFileSync(join(repository, "README.md"), "# A repository\n");
  await git("add", ".");
  await git("commit", "-qm", "begin");
  return { folder, repository };
}

/** Under `custody run`, with a home of its own, and nothing on its standard input. */
function runAgent(agent: AgentProgram, custody: Custody, home: Home, prompt: string) {
  const program = join(clients, "node_modules", ".bin", agent.name);
  const env = {
    CUSTODY_HOME: custody.data,
    HOME: home.folder,
    LANG: "C.UTF-8",
    PATH: `${join(process.execPath, "..")}:/usr/local/bin:/usr/bin:/bin`,
    TERM: "xterm-256color",
    TMPDIR: home.folder,
    ...agent.prepare(home),
  };
  return new Promise<{ readonly code: number | null; readonly output: string }>((resolve, reject) => {
    const args = [command, "run", "--agent", agent.name, "--", program, ...agent.ask(prompt)];
    const child = spawn(process.execPath, args, {
      cwd: home.repository,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (piece: Buffer) => {
      output += piece.toString("utf8");
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
