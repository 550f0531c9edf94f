import { BodyReader } from "./body-reader.ts";
import { encodeCString, encodeMessage } from "./message-parts.ts";

/**
 * One statement is done. It is not yet committed: an implicit transaction is only over at ReadyForQuery, and an error
 * before that undoes what a tag has already reported.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COMMANDCOMPLETE
 */
export type CommandComplete = {
  readonly type: "command-complete";
  /** For example "INSERT 0 5", "UPDATE 3", "CREATE TABLE". */
  readonly tag: string;
};

/** Decodes the body of CommandComplete: one String. */
export function decodeCommandComplete(body: Buffer): CommandComplete {
  const reader = new BodyReader(body, "CommandComplete");
  const tag = reader.text();
  reader.finish();
  return { type: "command-complete", tag };
}

export function encodeCommandComplete(message: CommandComplete): Buffer {
  return encodeMessage("C", [encodeCString(message.tag)]);
}

/** The count at the end of a tag, or `undefined` for a command that reports none. */
export function rowsOfCommandTag(tag: string): number | undefined {
  const digits = / (\d+)$/.exec(tag)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
