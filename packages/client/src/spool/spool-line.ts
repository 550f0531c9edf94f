import { crc32 } from "node:zlib";
import type { Waiting } from "../sending/event-queue.ts";

/*
 * A line of a spool:
 *
 *     <CRC-32 of what follows the space, 8 hex digits> <sequence number> <the event, as JSON>\n
 */

const LINE = /^([0-9a-f]{8}) ((0|[1-9]\d{0,15}) (\{.*))$/;

export function encodeLine({ json, sequence }: Waiting): string {
  const text = `${sequence} ${json}`;
  return `${checksum(text)} ${text}\n`;
}

/** Undefined for a line that a crash tore, or a disk damaged. */
export function decodeLine(line: string): Waiting | undefined {
  const [, sum, text, sequence, json] = LINE.exec(line) ?? [];
  if (text === undefined || json === undefined || checksum(text) !== sum) return undefined;
  return { json, sequence: Number(sequence) };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
