import type { Readable } from "node:stream";

/**
 * All of a body, or undefined when it is longer than `bytesMax`: what follows is then left unread.
 *
 * @throws Error when the client goes away before its end
 */
export async function readBody(from: Readable, bytesMax: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of from.iterator({ destroyOnReturn: false })) {
    const bytes = piece as Buffer;
    length += bytes.length;
    if (length > bytesMax) return undefined;
    pieces.push(bytes);
  }
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, length);
}
