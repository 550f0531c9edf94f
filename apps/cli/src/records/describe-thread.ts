import {
  moneyText,
  type Thread,
  type ThreadNode,
  type ThreadSession,
  type ThreadText,
  type Usage,
} from "@custody/domain";
import { escapeText } from "@custody/messages";
import { costText } from "../costs/describe-costs.ts";
import { countedRows } from "./describe-record.ts";

/** A screen shows the beginning of a text; `--json` has more, and the record all of it. */
const TEXT_CHARACTERS_MAX = 160;

/** The thread of a session as an indented tree, for people. Each line is escaped as a whole. */
export function threadLines({ isCut, nodes, notJoined, records, session }: Thread): string[] {
  const loose = notJoined.flatMap((node) => nodeLines(node, 2));
  return [
    sessionText(session),
    ...nodes.flatMap((node) => nodeLines(node, 1)),
    ...(loose.length === 0 ? [] : ["  not joined: what these belong to is not on record", ...loose]),
    ...(isCut ? [`  only the first ${records} records were read`] : []),
  ].map(escapeText);
}

function nodeLines(node: ThreadNode, depth: number): string[] {
  const indent = "  ".repeat(depth);
  const parts = [node.time.slice(11, 19), ...wordsOf(node), ...marksOf(node)];
  const answer = node.answer === undefined ? [] : [`${indent}          → ${shortened(node.answer)}`];
  const left = node.childrenLeft === undefined ? [] : [`${indent}  … and ${node.childrenLeft} more`];
  return [
    `${indent}${parts.filter((part) => part !== "").join("  ")}`,
    ...answer,
    ...node.children.flatMap((child) => nodeLines(child, depth + 1)),
    ...left,
  ];
}

function wordsOf(node: ThreadNode): string[] {
  const { kind, name = "", of, outcome = "", rows = {}, rule, state, text, usage, verbs = [] } = node;
  const said = text === undefined ? [] : [shortened(text)];
  const end = rule === undefined ? state : `${state} by ${rule}`;
  switch (kind) {
    case "prompt":
      return ["prompt", ...said];
    case "request":
      return ["request", name, end, ...(usage === undefined ? [] : [usageText(usage)])];
    case "tool":
      return ["tool", name, end, ...said];
    case "statement":
      return ["statement", name, verbs.join("+"), end, outcome, countedRows(rows), ...said];
    case "session":
      return ["sub-agent", ...(of === undefined ? [] : [sessionText(of)])];
  }
}

/** What a person must know to judge how far the tree can be trusted here. */
function marksOf({ isReported, joinedBy, missing }: ThreadNode): string[] {
  const marks = [
    ...(joinedBy === undefined || joinedBy === "id" ? [] : [`by ${joinedBy}`]),
    ...(missing === undefined ? [] : [`its ${missing.kind} ${missing.id} is not on record`]),
    ...(isReported ? ["reported"] : []),
  ];
  return marks.length === 0 ? [] : [`[${marks.join(", ")}]`];
}

function sessionText({ agent, cost, id, others, person, rowsAffected, statements }: ThreadSession): string {
  const who = `${agent ?? "nobody"}${person === undefined ? "" : ` for ${person}`}`;
  const facts = [
    `${statements} statements`,
    `${rowsAffected} rows changed`,
    ...(cost.requests === 0 ? [] : [`${cost.requests} requests`, costText(cost)]),
    ...(others === 0 ? [] : [`${others} other records`]),
  ];
  return `session ${id}  ${who}: ${facts.join(", ")}`;
}

function usageText({ cacheRead, cacheWrite, costMicros, input, output }: Usage): string {
  const cost = costMicros === null ? "unpriced" : moneyText(costMicros);
  return `${input + cacheRead + cacheWrite} tokens in, ${output} out, ${cost}`;
}

/** Says how much was cut, here or before. */
function shortened({ characters, text }: ThreadText): string {
  const shown = [...text.slice(0, TEXT_CHARACTERS_MAX * 2)].slice(0, TEXT_CHARACTERS_MAX).join("");
  const left = characters - shown.length;
  return left === 0 ? text : `${shown}… (and ${left} more characters)`;
}
