import { type AuditRecord, type RecordRow, rfc3339 } from "@custody/domain";
import type { Context, Shape } from "./facets.ts";
import { shownObjects } from "./facets.ts";
import { type SessionNote, sessionNoteOf } from "./session-note.ts";

/** How much of a statement a list shows. */
const TEXT_CHARACTERS_MAX = 300;

/** What a row has for itself. Zero stands for what is absent, or follows from other columns. */
type Own = [
  id: string,
  action: string | 0,
  time: string | 0,
  text: string | 0,
  isTextCut: 0 | 1,
  rows: NonNullable<RecordRow["rows"]> | 0,
  totalUs: number | -1,
  message: RecordRow["message"] | 0,
  /** Of the start and the end of a session only. */
  note?: SessionNote,
];

export function ownText(record: AuditRecord, timeUs: number, shape: Shape): string {
  const { action, duration, effect, id, message, statement, time } = record;
  const text = statement && shortened(statement.text);
  const note = sessionNoteOf(record);
  const own: Own = [
    id,
    action === id ? 0 : action,
    rfc3339(timeUs) === time ? 0 : time,
    text ?? 0,
    text !== undefined && text.length < (statement as { text: string }).text.length ? 1 : 0,
    effect?.rows ?? 0,
    duration?.totalUs ?? -1,
    shape.message === undefined ? message : 0,
  ];
  if (note !== undefined) own[8] = note;
  return JSON.stringify(own);
}

/** What a row says of itself that is not in columns. */
export interface OwnValues {
  readonly action: string;
  /** Undefined when the columns have all of it. */
  readonly time: string | undefined;
  readonly rowsAffected: number;
  readonly note: SessionNote | undefined;
}

export function ownValues(own: string): OwnValues {
  const [id, action, time, , , rows, , , note] = JSON.parse(own) as Own;
  return {
    action: action === 0 ? id : action,
    note,
    rowsAffected: rows === 0 ? 0 : (rows.affected ?? 0),
    time: time === 0 ? undefined : time,
  };
}

export function readRow(
  index: number,
  own: string,
  timeUs: number,
  context: Context,
  shape: Shape,
): RecordRow {
  const [id, action, time, text, isTextCut, rows, totalUs, message] = JSON.parse(own) as Own;
  const { keyId: _keyId, names: _names, ...who } = context;
  const { code, decision, level, outcome, rule, status, tier, type, verbs } = shape;
  return {
    index,
    id,
    action: action === 0 ? id : action,
    time: time === 0 ? rfc3339(timeUs) : time,
    level,
    type,
    message: message === 0 ? (shape.message as RecordRow["message"]) : message,
    ...who,
    verbs,
    ...(tier === undefined ? undefined : { tier }),
    objects: shownObjects(shape),
    ...(text === 0 ? undefined : { text }),
    ...(isTextCut === 0 ? undefined : { isTextCut: true }),
    ...(decision === undefined ? undefined : { decision }),
    ...(rule === undefined ? undefined : { rule }),
    ...(rows === 0 ? undefined : { rows }),
    ...(status === undefined ? undefined : { status }),
    ...(code === undefined ? undefined : { code }),
    ...(outcome === undefined ? undefined : { outcome }),
    ...(totalUs === -1 ? undefined : { totalUs }),
  };
}

/** Microseconds since the epoch; 0 for what is no time. */
export function microseconds(time: string): number {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) return 0;
  // A Date ends at milliseconds.
  const digits = /\.\d{3}(\d{1,3})\d*(?:Z|[+-])/.exec(time)?.[1];
  return ms * 1000 + (digits === undefined ? 0 : Number(digits.padEnd(3, "0")));
}

/** Cut between characters. */
function shortened(text: string): string {
  if (text.length <= TEXT_CHARACTERS_MAX) return text;
  const isPair = /[\ud800-\udbff]/.test(text[TEXT_CHARACTERS_MAX - 1] as string);
  return text.slice(0, TEXT_CHARACTERS_MAX - (isPair ? 1 : 0));
}
