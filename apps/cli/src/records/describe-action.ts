import { countsText } from "@custody/gateway/words";
import { escapeText, render } from "@custody/messages";
import { rowsText } from "./describe-record.ts";
import { principalOf } from "./find-action.ts";
import type { IndexedRecord } from "./indexed-record.ts";

/** One action in full, for people: `custody show`. Each line is escaped as a whole. */
export function actionLines(
  records: readonly IndexedRecord[],
  proofState: (index: number) => string,
): string[] {
  const record = principalOf(records);
  const { action, actor, decision, duration, effect, project, session, statement, target, transaction } =
    record;
  const lines: [string, string | undefined][] = [
    ["", render(record.message.key, record.message.params)],
    ["reported", reportedText(record)],
    ["action", action],
    ["agent", actor.agent?.name ?? actor.service],
    ["for", actor.human && `${actor.human.name} (${actor.human.assurance})`],
    ["session", session],
    ["project", project],
    [
      "target",
      target &&
        [target.name, target.environment, target.database, target.identity].filter(Boolean).join(", "),
    ],
    ...operationLines(record),
    ["statement", statement?.text],
    ["digest", statement?.digest],
    ...(statement?.parameters ?? []).map(parameterLine),
    ["decision", decision && `${decision.effect} by rule ${decision.rule}`],
    ...(decision?.reasons ?? []).map((reason): [string, string] => ["", reason]),
    ["policy", decision?.policy],
    [
      "effect",
      effect &&
        [effect.status, rowsText(record), effect.tag, effect.code, effect.error].filter(Boolean).join(", "),
    ],
    ...tableLines(record),
    ...simulationLines(record),
    ["outcome", transaction?.outcome],
    ["duration", duration && `${duration.totalUs} µs, of which the target took ${duration.upstreamUs} µs`],
    ...Object.entries(record.details ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  ];
  return [
    ...lines.flatMap(([name, text]) => (text ? [`${name.padEnd(11)}${escapeText(text)}`] : [])),
    "",
    ...records.map(({ index, time, type }) => `${index}  ${time}  ${escapeText(type)}  ${proofState(index)}`),
  ];
}

/** Nothing of it was seen, and that is the first thing to know about it. */
function reportedText({ source }: IndexedRecord): string | undefined {
  if (source.vantage !== "reported") return undefined;
  return `by ${source.name} ${source.version}, number ${source.sequence} of ${source.instance}; Custody has not seen it`;
}

function operationLines({ operations = [] }: IndexedRecord): [string, string][] {
  return operations.map(({ objects, tier, unbounded, verb, via }) => {
    const names = objects.map(
      ({ name, role, schema }) => `${schema === undefined ? "" : `${schema}.`}${name} (${role})`,
    );
    const marks = [...(unbounded ? ["every row"] : []), ...(via ? [`by a ${via}`] : [])];
    return ["does", [verb, tier, ...marks, ...names].join(", ")];
  });
}

/** Whoever changed the rows: the statement itself, a foreign key, or code. */
function tableLines({ effect }: IndexedRecord): [string, string][] {
  return (effect?.byTable ?? []).map(({ deleted, inserted, name, schema, updated }) => {
    const counts = [
      ...(inserted > 0 ? [`${inserted} inserted`] : []),
      ...(updated > 0 ? [`${updated} updated`] : []),
      ...(deleted > 0 ? [`${deleted} deleted`] : []),
    ];
    const whole = effect?.granularity === "string" ? " (of all statements sent with it)" : "";
    return ["changed", `${schema}.${name}: ${counts.join(", ")}${whole}`];
  });
}

/** What it would have done, in the place of what it did. */
function simulationLines({ simulation }: IndexedRecord): [string, string][] {
  if (simulation === undefined) return [];
  const { byTable, commands, created, dropped, method, notes, outcome, reason, sideEffects } = simulation;
  return [
    ["simulated", outcome === "simulated" ? `in a ${method}, and taken back` : `${outcome}: ${reason}`],
    ...commands.map((tag): [string, string] => ["command", tag]),
    ...byTable.map((rows): [string, string] => ["would", `${rows.schema}.${rows.name}: ${countsText(rows)}`]),
    ...created.map((what): [string, string] => ["would", `create ${what}`]),
    ...dropped.map((what): [string, string] => ["would", `drop ${what}`]),
    ...sideEffects.map((what): [string, string] => ["stays", what]),
    ...notes.map((note): [string, string] => ["note", note]),
  ];
}

function parameterLine(parameter: {
  readonly index: number;
  readonly type: string;
  readonly value?: string;
  readonly hex?: string;
}): [string, string] {
  const { hex, index, type, value } = parameter;
  return [`$${index}`, `${value ?? (hex === undefined ? "NULL" : `\\x${hex}`)} (${type})`];
}
