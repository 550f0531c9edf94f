/** How a scanner handles each of the 256 type bytes; made by {@link frameTable}. */
export type FrameTable = { readonly handlings: Uint8Array };

export const unknownFrame = 0;
export const deliveredFrame = 1;
const passedFrame = 2;
export const streamedFrame = 3;

/**
 * Says, by their type letters, what a scanner does with messages.
 *
 * - `deliver`: the complete message is handed over, and held in memory until it is complete.
 * - `pass`: only its type and length are told; its body is walked over and never held.
 * - `stream`: as `pass`, and the body is handed over piece by piece.
 *
 * A letter in none of them is unknown: it fails the scanner.
 */
export function frameTable(letters: { deliver: string; pass?: string; stream?: string }): FrameTable {
  const handlings = new Uint8Array(256);
  mark(handlings, letters.deliver, deliveredFrame);
  mark(handlings, letters.pass ?? "", passedFrame);
  mark(handlings, letters.stream ?? "", streamedFrame);
  return { handlings };
}

function mark(handlings: Uint8Array, letters: string, handling: number): void {
  for (const letter of letters) handlings[letter.charCodeAt(0)] = handling;
}

/** From clients: everything is delivered, because all of it is decided on, but the stream of a COPY. */
export const frontendFrames: FrameTable = frameTable({ deliver: "BCDEFHPQSXcfp", stream: "d" });

/** From servers: rows and the stream of a COPY are never held. Both can reach 1 GB each. */
export const backendFrames: FrameTable = frameTable({
  deliver: "123ACEGHIKNRSTVWZcnstv",
  stream: "Dd",
});
