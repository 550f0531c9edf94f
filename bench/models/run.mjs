import { fork } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { Agent } from "node:http";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { conversation } from "../blobs/conversation.mjs";
import { cpuMs, startCustody } from "../custody.mjs";
import { interleave, judge, medians, printTable, round } from "../measure.mjs";
import { ask, load } from "./load.mjs";

const SECONDS = 5;
const TURNS = 50;
const SUB_AGENTS = 2;

/**
 * `npm run bench -- models [--rounds N]`: what the gateway in front of models adds to the first byte, what it takes of the
 * processor, and what a conversation takes on the disk.
 */
export async function benchModels({ rounds = 5, directory }) {
  const folder = mkdtempSync(join(directory, "bench-models-"));
  const upstream = await startUpstream();
  const gateway = await startGateway(folder, upstream.port);
  try {
    for (const [what, kilobytes] of [
      ["requests of 4 KB", 4],
      ["requests of 50 KB", 50],
    ])
      for (const perSecond of [100, 500])
        await benchRate({ gateway, kilobytes, perSecond, rounds, upstream, what });
    await benchStored(gateway, upstream);
  } finally {
    await gateway.stop();
    upstream.stop();
    rmSync(folder, { force: true, recursive: true });
  }
}

async function benchRate({ gateway, kilobytes, perSecond, rounds, upstream, what }) {
  const body = requestOf(kilobytes * 1024);
  const path = "/v1/messages?beta=true";
  const direct = { body, path, perSecond, port: upstream.port, seconds: SECONDS };
  const through = { ...direct, path: `${gateway.path}${path}`, port: gateway.port };
  const contestants = [
    { name: "direct", run: () => load(direct) },
    {
      name: "Custody",
      async run() {
        const before = cpuMs(gateway.pid);
        const found = await load(through);
        return { ...found, cpu: (cpuMs(gateway.pid) - before) / found.requests };
      },
    },
  ];
  await interleave(contestants, 1);
  const results = await interleave(contestants, rounds, (text) =>
    process.stderr.write(`${what}, ${perSecond}/s, ${text}\n`),
  );
  const of = (name) => medians(results.get(name));
  const [bare, ours] = [of("direct"), of("Custody")];
  printTable(
    `${what}, ${perSecond} a second (load ${loadavg()[0].toFixed(2)})`,
    ["first byte", "p50 ms", "p99 ms", "cpu ms", "failed"],
    [
      ["direct", round(bare.p50), round(bare.p99), "", bare.failures],
      ["Custody", round(ours.p50), round(ours.p99), round(ours.cpu), ours.failures],
    ],
  );
  const rows = [
    ["added p50 ms", ours.p50 - bare.p50, 1],
    ["added p99 ms", ours.p99 - bare.p99, 5],
  ];
  printTable(
    "",
    ["what", "value", "budget", ""],
    rows.map(([name, value, budget]) => judge(name, value, budget, false)),
  );
}

/** Fifty turns of an agent and of its sub-agents: what went over the wire, and what it takes on the disk. */
async function benchStored(gateway, upstream) {
  // What other requests have left is in its place before anything is measured, too.
  await sleep(5000);
  const before = sizeOf(gateway.data);
  const agent = new Agent({ keepAlive: true });
  let wire = 0;
  for (let which = 0; which <= SUB_AGENTS; which += 1) {
    const headers = which === 0 ? {} : { "x-claude-code-agent-id": `agent-${which}` };
    let request;
    let turn = 0;
    for (const { body, kind } of conversation(TURNS, 11 + which)) {
      wire += body.length;
      if (kind === "request") request = body;
      else {
        const id = `${which}-${turn}`;
        turn += 1;
        await upstream.store(id, body);
        await ask({
          agent,
          body: request,
          headers: { ...headers, "x-answer": id },
          path: `${gateway.path}/v1/messages`,
          port: gateway.port,
        });
      }
    }
  }
  agent.destroy();
  // A checkpoint is made each second, and brings everything into its place.
  await sleep(5000);
  const stored = sizeOf(gateway.data) - before;
  printTable(
    `${TURNS} turns of an agent and ${SUB_AGENTS} sub-agents`,
    ["what", "value", "budget", ""],
    [
      ["over the wire, MB", round(wire / 1e6), "", ""],
      ["on the disk, MB", round(stored / 1e6), "", ""],
      judge("on the disk, percent of the wire", (100 * stored) / wire, 10, false),
    ],
  );
}

function requestOf(bytes) {
  const filler = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8").repeat(4);
  const content = [
    { text: filler.slice(0, bytes - 500), type: "text" },
    { text: "TURN", type: "text" },
  ];
  return JSON.stringify({
    max_tokens: 1000,
    messages: [{ content, role: "user" }],
    model: "claude-sonnet-4-5",
    stream: true,
  });
}

async function startGateway(folder, port) {
  const provider = `anthropic: { upstream: 'http://127.0.0.1:${port}' }`;
  const yaml = `models: { listen: '127.0.0.1:0', environment: development, ${provider} }\n`;
  const custody = await startCustody(folder, yaml);
  const session = await custody.json("session", "new", "--agent", "bench");
  const url = new URL(session.models.anthropic.url);
  return { ...custody, path: url.pathname, port: Number(url.port) };
}

function startUpstream() {
  return new Promise((resolve) => {
    const child = fork(new URL("./upstream.mjs", import.meta.url));
    const stored = new Map();
    child.on("message", (message) => {
      if (message.port !== undefined)
        resolve({
          port: message.port,
          stop: () => child.kill(),
          store: (id, body) =>
            new Promise((done) => {
              stored.set(id, done);
              child.send({ body: body.toString("base64"), id });
            }),
        });
      else stored.get(message.stored)?.();
    });
  });
}

/** Bytes of the ledger for good: what lies in its write-ahead file is integrated by then, and the index is another copy. */
function sizeOf(directory) {
  return ["blobs", "payload", "tile"].reduce((sum, name) => sum + sizeBelow(join(directory, name)), 0);
}

function sizeBelow(directory) {
  if (!existsSync(directory)) return 0;
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
