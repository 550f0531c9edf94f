import { Counters, compilePolicy, policyDecider } from "@custody/policy";
import { judge, printTable, quantile, round } from "../measure.mjs";

/** Calls that are timed together, since a clock takes longer than one of them. */
const BATCH = 100;
const BATCHES = 2000;

const START_US = 1_790_000_000_000_000;

/** `npm run bench -- policy`: what it takes to ask the rules, one statement at a time. */
export async function benchPolicy({ rounds }) {
  const cases = contestants();
  const found = cases.map(() => []);
  for (let each = 0; each < rounds; each += 1)
    for (const [at, { ask }] of cases.entries()) found[at].push(...timed(ask));
  printTable(
    "Asking a policy: µs a statement",
    ["", "p50", "p99"],
    cases.map(({ name }, at) => [name, round(quantile(found[at], 0.5)), round(quantile(found[at], 0.99))]),
  );
  printTable(
    "Budgets",
    ["", "value", "budget", ""],
    [judge("a remembered decision, 200 rules, 20 agents: p50, µs", quantile(found[1], 0.5), 5, false)],
  );
}

function timed(ask) {
  const times = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const startedMs = performance.now();
    for (let at = 0; at < BATCH; at += 1) ask(batch * BATCH + at);
    times.push(((performance.now() - startedMs) * 1000) / BATCH);
  }
  return times;
}

function contestants() {
  const remembered = policyDecider(compilePolicy("version: 1\ndefault: guarded", "bench"));
  const many = policyDecider(compilePolicy(`version: 1\ndefault: guarded\nrules:\n${manyRules()}`, "bench"));
  const live = policyDecider(
    compilePolicy(
      "version: 1\nrules:\n  - { name: fast, match: { tier: write }, when: 'statementsWithin(\"10m\") > 100000', effect: deny }",
      "bench",
    ),
    busySession(),
  );
  const counters = busySession();
  const measured = policyDecider(compilePolicy("version: 1\ndefault: guarded", "bench"), counters);
  const rows = [{ schema: "public", name: "orders", inserted: 0, updated: 0, deleted: 3 }];
  return [
    { name: "remembered, preset guarded", ask: (at) => remembered.decide(actions[at % 20]) },
    { name: "remembered, 200 rules about 20 agents", ask: (at) => many.decide(actions[at % 20]) },
    {
      name: "anew, 200 rules",
      ask: (at) => many.decide({ ...actions[at % 20], operations: [{ ...deletion }] }),
    },
    { name: "a count of statements, each time", ask: (at) => live.decide(actions[at % 20]) },
    { name: "judged by true rows, ten minutes of each second", ask: () => measured.judge(actions[0], rows) },
    { name: "counted", ask: (at) => measured.count({ ...actions[0], timeUs: START_US + at * 1000 }, rows) },
  ];
}

const deletion = {
  kind: "delete",
  objects: [{ database: "shop", name: "orders", resolved: "syntax", role: "write", schema: "public" }],
  tier: "write",
  verb: "DELETE",
};
const operations = [deletion];
const actions = Array.from({ length: 20 }, (_, at) => ({
  id: "",
  links: {},
  operations,
  session: { actor: { agent: { instance: "", name: `agent-${at}` } }, id: `session-${at}`, project: "shop" },
  target: { environment: "production", kind: "postgres", name: "shop" },
  timeUs: START_US,
}));

function manyRules() {
  return Array.from(
    { length: 200 },
    (_, at) =>
      `  - { name: rule-${at}, match: { agent: "other-${at}*", object: secret.t${at}, tier: write }, effect: deny }`,
  ).join("\n");
}

/** A session that has written in each of the last six hundred seconds. */
function busySession() {
  const counters = new Counters();
  const rows = [{ schema: "public", name: "orders", inserted: 0, updated: 0, deleted: 1 }];
  for (let at = 600; at > 0; at -= 1)
    counters.count({ ...actions[0], timeUs: START_US - at * 1_000_000 }, rows);
  return counters;
}
