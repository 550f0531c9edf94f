import { WireError } from "../error.ts";
import { decodeStartupPacket, type StartupPacket } from "./startup-packet.ts";

/** A length word that counts itself. */
const lengthBytes = 4;

/** The request code or version alone, and MAX_STARTUP_PACKET_LENGTH of the server, both without the length word. */
const bodyBytesMin = 4;
const bodyBytesMax = 10_000;

/** The first byte of a TLS handshake record; as the first byte of a length it would be far beyond the limit. */
const tlsHandshakeByte = 0x16;

/**
 * What a client began its connection with.
 *
 * - `direct-tls`: a TLS handshake without an SSLRequest, as PostgreSQL 17 accepts with the ALPN protocol
 *   "postgresql". `received` is everything so far, for the TLS layer to read again.
 * - `packet`: a startup packet, its exact bytes, and `rest`: what came behind it. A client waits for the answer to
 *   an SSLRequest or a GSSENCRequest, so that a `rest` behind one was injected to be read as if encrypted
 *   (CVE-2021-23214), and the connection must be closed. Behind a StartupMessage, `rest` belongs to the session's
 *   scanner.
 */
export type StartupFrame =
  | { readonly kind: "direct-tls"; readonly received: Buffer }
  | {
      readonly kind: "packet";
      readonly packet: StartupPacket;
      readonly raw: Buffer;
      readonly rest: Buffer;
    };

/**
 * Finds the untyped packets at the start of a connection, one at a time, and holds no more than one of them.
 *
 * After a packet it is ready for the next: a refused SSLRequest is followed by another packet. A failure is final,
 * as with `FrameScanner`.
 */
export class StartupScanner {
  #received: Buffer = Buffer.alloc(0);

  /** Returns the frame that this chunk completes, or `undefined` if more is needed. */
  scan(chunk: Buffer): StartupFrame | undefined {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const received = this.#received;
    if (received[0] === tlsHandshakeByte) return this.#done({ kind: "direct-tls", received });
    if (received.length < lengthBytes) return undefined;
    const end = packetBytes(received);
    if (received.length < end) return undefined;
    const packet = decodeStartupPacket(received.subarray(lengthBytes, end));
    const raw = received.subarray(0, end);
    return this.#done({ kind: "packet", packet, raw, rest: received.subarray(end) });
  }

  #done(frame: StartupFrame): StartupFrame {
    this.#received = Buffer.alloc(0);
    return frame;
  }
}

function packetBytes(received: Buffer): number {
  const bodyBytes = received.readInt32BE(0) - lengthBytes;
  if (bodyBytes < bodyBytesMin || bodyBytes > bodyBytesMax) {
    throw new WireError("LENGTH_INVALID", "A startup packet has 8 to 10,004 bytes.", { offset: 0 });
  }
  return lengthBytes + bodyBytes;
}
