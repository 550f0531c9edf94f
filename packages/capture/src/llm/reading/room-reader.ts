import type { ConversationReader } from "./conversation-reader.ts";
import type { ReadingRoom } from "./reading-room.ts";

/** Reads in the caller's own thread. */
export function roomReader(room: ReadingRoom): ConversationReader {
  return {
    answer: async (exchange) => room.answer(exchange),
    begin: (exchange, head) => room.begin(exchange, head),
    close: (exchange) => room.close(exchange),
    content: async (exchange) => room.content(exchange),
    open: (exchange, head) => room.open(exchange, head),
    piece: (exchange, bytes) => room.piece(exchange, bytes),
    request: async (exchange, body, codings) => room.request(exchange, body, codings),
  };
}
