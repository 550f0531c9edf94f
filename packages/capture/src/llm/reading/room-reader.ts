import type { ConversationReader } from "./conversation-reader.ts";
import type { ReadingRoom } from "./reading-room.ts";

/** Reads in the caller's own thread. */
export function roomReader(room: ReadingRoom): ConversationReader {
  return {
    read(head, body, codings) {
      const reading = room.open(head);
      return {
        answer: async (how, bytes) => reading.answer(how, bytes),
        close: (isLost) => {
          if (!isLost) reading.keep();
        },
        facts: Promise.resolve(reading.request(body, codings)),
        content: Promise.resolve(reading.content()),
      };
    },
  };
}
