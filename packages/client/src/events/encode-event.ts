import { isReportable } from "@custody/domain";
import type { Redactor } from "@custody/secrets";
import { ClientError } from "../error.ts";
import type { Context, Details, EventOptions } from "./event.ts";

/** What the server takes as one record, less than what the source takes that is added when it is sent. */
const EVENT_BYTES_MAX = 1024 * 1024 - 2048;
const MEMBERS_MAX = 200;
const LIST_MAX = 1000;

export interface EncodeOptions {
  readonly context: Context;
  readonly redactor: Redactor;
  /** The clock's, in ms. */
  readonly nowMs: number;
}

/**
 * An event as the server takes it, without secrets. @throws ClientError EVENT_INVALID, EVENT_TOO_LONG
 */
export function encodeEvent(
  type: string,
  options: EventOptions,
  { context, nowMs, redactor }: EncodeOptions,
): string {
  if (typeof type !== "string" || !isReportable(type))
    throw new ClientError(
      "EVENT_INVALID",
      `${JSON.stringify(String(type).slice(0, 100))} is no type of an event: write app., and words of a-z 0-9 - _ with points between`,
    );
  const { details, text, ...rest } = options;
  const event = {
    type,
    time: new Date(nowMs).toISOString(),
    ...context,
    ...rest,
    ...(text === undefined ? undefined : { text: redactor.redact(String(text)) }),
    ...(details === undefined ? undefined : { details: flatDetails(details, redactor) }),
  };
  const json = JSON.stringify(event);
  if (json.length * 3 > EVENT_BYTES_MAX && Buffer.byteLength(json) > EVENT_BYTES_MAX)
    throw new ClientError(
      "EVENT_TOO_LONG",
      `an event of ${type} is longer than 1 MiB; leave the large part out`,
    );
  return json;
}

/** Each member a text, a number, yes or no, or a list of texts. */
function flatDetails(details: Details, redactor: Redactor): Record<string, unknown> {
  const flat = Object.entries(details)
    .filter(([, value]) => value !== undefined && value !== null)
    .slice(0, MEMBERS_MAX)
    .map(([name, value]) => {
      const key = nameOf(name);
      const plain = plainValue(value);
      if (typeof plain === "string") return [key, redactor.redactValue(key, plain)];
      return [key, Array.isArray(plain) ? plain.map((each) => redactor.redactValue(key, each)) : plain];
    });
  return Object.fromEntries(flat);
}

function nameOf(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_.@$-]/g, "_").slice(0, 100) || "_";
  return /^(?:__proto__|constructor|prototype)$/.test(plain) ? `_${plain}` : plain;
}

function plainValue(value: unknown): string | number | boolean | string[] {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof Error) return value.stack ?? String(value);
  if (Array.isArray(value))
    return value.slice(0, LIST_MAX).map((each) => (typeof each === "string" ? each : jsonOf(each)));
  return typeof value === "object" ? jsonOf(value) : String(value);
}

/** What cannot be written down, because it contains itself or says that it cannot, is named as such. */
function jsonOf(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, each) => (typeof each === "bigint" ? String(each) : each)) ?? String(value)
    );
  } catch {
    return "[not JSON]";
  }
}
