import { open } from "node:fs/promises";
import { unusableFolder } from "./unusable-folder.ts";

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
/** Room for the largest record, and for what JSON makes of it. */
const LINE_BYTES_MAX: number = 80 * 1024 * 1024;

/** `ignoreBOM` keeps a byte order mark as a character, and bytes that are not UTF-8 must not be read as others. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The lines of a file that somebody else made, holding one at a time. A line that is not UTF-8 comes as an empty one: it is
 * none of those that were written. @throws CliError FILE_UNUSABLE
 */
export async function* readLines(path: string): AsyncGenerator<string, void, undefined> {
  const file = await open(path, "r").catch((cause) => {
    throw unusableFolder(`${path} cannot be read`, cause);
  });
  try {
    let rest: Buffer[] = [];
    let restBytes = 0;
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES);
      if (bytesRead === 0) break;
      let begin = 0;
      for (
        let end = buffer.indexOf(NEWLINE);
        end !== -1 && end < bytesRead;
        end = buffer.indexOf(NEWLINE, begin)
      ) {
        yield decoded([...rest, buffer.subarray(begin, end)]);
        rest = [];
        restBytes = 0;
        begin = end + 1;
      }
      rest.push(buffer.subarray(begin, bytesRead));
      restBytes += bytesRead - begin;
      if (restBytes > LINE_BYTES_MAX)
        throw unusableFolder(`${path} has a line that is longer than any record`);
    }
    if (restBytes > 0) yield decoded(rest);
  } finally {
    await file.close();
  }
}

function decoded(parts: readonly Buffer[]): string {
  try {
    return decoder.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts));
  } catch {
    return "";
  }
}
