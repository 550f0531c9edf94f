import { WireError } from "../error.ts";

/**
 * What a server says to an SSLRequest or a GSSENCRequest.
 *
 * - `accepted`: the handshake begins with the next byte of either side.
 * - `refused`: the connection goes on in plain text, with a StartupMessage.
 * - `error`: the server sent an ErrorResponse, because it is very old or could not start a process. Nothing
 *   vouches for its text (CVE-2024-10977), so it is not shown to anyone; the connection is closed.
 */
export type EncryptionAnswer = "accepted" | "refused" | "error";

const acceptedBytes = { "ssl-request": 0x53 /* S */, "gss-enc-request": 0x47 /* G */ } as const;
const refusedByte = 0x4e; // N
const errorByte = 0x45; // E

/**
 * Reads the one byte without type and length that answers a request for encryption.
 *
 * Such an answer must never reach a `FrameScanner`, which would take it for the type of a message. `chunk` is
 * everything that has come since the request. More than the one byte was injected by someone in between, to be read
 * as if it had come encrypted (CVE-2021-23222).
 */
export function decodeEncryptionAnswer(request: keyof typeof acceptedBytes, chunk: Buffer): EncryptionAnswer {
  const answer = answerOf(request, chunk[0]);
  if (answer !== "error" && chunk.length > 1) {
    throw new WireError("ENCRYPTION_BYTES_INJECTED", "The server's answer has bytes behind it.", {
      offset: 1,
    });
  }
  return answer;
}

function answerOf(request: keyof typeof acceptedBytes, byte: number | undefined): EncryptionAnswer {
  switch (byte) {
    case acceptedBytes[request]:
      return "accepted";
    case refusedByte:
      return "refused";
    case errorByte:
      return "error";
    default:
      throw new WireError("ENCRYPTION_ANSWER_INVALID", "The server's answer is none there is.", {
        offset: 0,
      });
  }
}
