import type { Effect, Level } from "@custody/domain";
import { escapeText, render } from "@custody/messages";
import type { IndexedRecord } from "./indexed-record.ts";

/** A statement is shortened on a screen; the record has all of it, and `custody show` prints it. */
const STATEMENT_CHARACTERS_MAX = 100;

const COLORS: Readonly<Record<Level, number>> = { critical: 35, debug: 90, error: 31, info: 32, warning: 33 };

/** One line for one record: time, level, type, target, what was done, to what, how it ended, and the statement. */
export function recordLine(record: IndexedRecord, isColored: boolean): string {
  const { level, target, time, type } = record;
  const parts = [
    `${time.slice(0, 10)} ${time.slice(11, 23)}`,
    colored(level.padEnd(8), COLORS[level], isColored),
    escapeText(type).padEnd(22),
    // A word: whoever reads a list must not take for seen what somebody only says.
    ...(record.source.vantage === "reported" ? ["reported"] : []),
    ...(target === undefined ? [] : [escapeText(target.name)]),
    ...(record.operations === undefined
      ? [escapeText(render(record.message.key, record.message.params))]
      : deed(record)),
  ];
  return parts.join("  ").trimEnd();
}

function deed(record: IndexedRecord): string[] {
  const { operations = [], statement, decision } = record;
  const verbs = unique(operations.map(({ verb }) => verb)).join("+");
  const objects = unique(operations.flatMap(({ objects }) => objects.map(objectName))).join(",");
  return [
    escapeText(verbs) || "-",
    escapeText(objects) || "-",
    rowsText(record),
    endText(record),
    ...(decision?.effect === "deny" ? [`rule ${escapeText(decision.rule)}`] : []),
    ...(statement === undefined ? [] : [shortened(statement.text)]),
  ].filter((text) => text !== "");
}

function objectName({ name, schema }: { readonly name: string; readonly schema?: string }): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

export function rowsText({ effect }: IndexedRecord): string {
  return countedRows(effect?.rows ?? {});
}

export function countedRows({ affected, matched, returned }: Effect["rows"]): string {
  const counts = [
    ...(affected === undefined ? [] : [`${affected} affected`]),
    ...(matched === undefined ? [] : [`${matched} matched`]),
    ...(returned === undefined ? [] : [`${returned} returned`]),
  ];
  return counts.join(", ");
}

/** How it ended: the server's word, its error code, and what became of the transaction. */
function endText({ effect, transaction }: IndexedRecord): string {
  return [effect?.status, effect?.code, transaction?.outcome]
    .filter((part) => part !== undefined)
    .map(escapeText)
    .join(" ");
}

/** Marked where it was cut, so that nobody takes the part for the whole. Cut before escaping, between characters. */
function shortened(text: string): string {
  const characters = [...text.slice(0, STATEMENT_CHARACTERS_MAX * 2)];
  const isWhole = text.length <= STATEMENT_CHARACTERS_MAX;
  return isWhole
    ? escapeText(text)
    : `${escapeText(characters.slice(0, STATEMENT_CHARACTERS_MAX).join(""))}…`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function colored(text: string, color: number, isColored: boolean): string {
  return isColored ? `\x1b[${color}m${text}\x1b[0m` : text;
}
