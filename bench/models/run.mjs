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

/** So many agents share the requests, as they would: of one session no more than 256 are answered at a time. */
const SESSIONS = 8;

/** What V8 has not compiled yet costs twice as much; a gateway runs for longer than the first few seconds. */
const WARM_UP_ROUNDS = 3;

/**
 * `npm run bench -- models [--rounds N]`: what the gateway in front of models adds to the first byte, what it takes of the
 * processor, and what a conversation takes on the disk.
 */
export async function benchModels({ rounds = 5, directory }) {
  const folder = mkdtempSync(join(directory, "bench-models-"));
  const upstream = await startUpstream();
  const pipe = await startPipe(upstream.port);
  const gateway = await startGateway(folder, upstream.port);
  try {
    for (const [what, kilobytes] of [
      ["requests of 4 KB", 4],
      ["requests of 50 KB", 50],
    ])
      for (const perSecond of [100, 500])
        await benchRate({ gateway, kilobytes, perSecond, pipe, rounds, upstream, what });
    await benchStored(gateway, upstream);
  } finally {
    await gateway.stop();
    pipe.stop();
    upstream.stop();
    rmSync(folder, { force: true, recursive: true });
  }
}

async function benchRate({ gateway, kilobytes, perSecond, pipe, rounds, upstream, what }) {
  const body = requestOf(kilobytes * 1024);
  const path = "/v1/messages?beta=true";
  const direct = { body, paths: [path], perSecond, port: upstream.port, seconds: SECONDS };
  const piped = { ...direct, port: pipe.port };
  const through = { ...direct, paths: gateway.paths.map((base) => `${base}${path}`), port: gateway.port };
  const contestants = [
    { name: "direct", run: () => load(direct) },
    { name: "a bare pipe in Node.js", run: () => measured(pipe.pid, piped) },
    { name: "Custody", run: () => measured(gateway.pid, through) },
  ];
  await interleave(contestants, WARM_UP_ROUNDS);
  const results = await interleave(contestants, rounds, (text) =>
    process.stderr.write(`${what}, ${perSecond}/s, ${text}\n`),
  );
  const of = (name) => medians(results.get(name));
  const [bare, pipeline, ours] = ["direct", "a bare pipe in Node.js", "Custody"].map(of);
  printTable(
    `${what}, ${perSecond} a second (load ${loadavg()[0].toFixed(2)})`,
    ["first byte", "p50 ms", "p99 ms", "cpu ms", "failed"],
    [
      ["direct", round(bare.p50), round(bare.p99), "", bare.failures],
      ["a bare pipe", round(pipeline.p50), round(pipeline.p99), round(pipeline.cpu), pipeline.failures],
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
    [
      ...rows.map(([name, value, budget]) => judge(name, value, budget, false)),
      ["cpu, in bare pipes", round(ours.cpu / pipeline.cpu), "", ""],
    ],
  );
}

/** What is found, and what it takes of the processor for each request, in ms. */
async function measured(pid, asked) {
  const before = cpuMs(pid);
  const found = await load(asked);
  return { ...found, cpu: (cpuMs(pid) - before) / found.requests };
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
          path: `${gateway.paths[0]}/v1/messages`,
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
  const urls = [];
  for (let at = 0; at < SESSIONS; at += 1) {
    const session = await custody.json("session", "new", "--agent", `bench-${at}`);
    urls.push(new URL(session.models.anthropic.url));
  }
  return { ...custody, paths: urls.map(({ pathname }) => pathname), port: Number(urls[0].port) };
}

function startPipe(port) {
  return new Promise((resolve) => {
    const child = fork(new URL("./pipe.mjs", import.meta.url), [String(port)]);
    child.on("message", (message) =>
      resolve({ pid: child.pid, port: message.port, stop: () => child.kill() }),
    );
  });
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
