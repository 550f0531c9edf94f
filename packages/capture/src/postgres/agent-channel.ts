import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { tlsServerEndPoint } from "@custody/wire/scram";
import { CaptureError } from "../error.ts";
import { type AgentTls, serveHandshake } from "./agent-tls.ts";
import { Inbox } from "./inbox.ts";

/** The connection to one agent while it signs in: TLS may take the place of the plain stream under it. */
export class AgentChannel {
  #stream: Duplex;
  #inbox: Inbox;

  constructor(stream: Duplex) {
    this.#stream = stream;
    this.#inbox = new Inbox(stream);
  }

  get stream(): Duplex {
    return this.#stream;
  }

  get inbox(): Inbox {
    return this.#inbox;
  }

  /** `TLSv1.3`, or undefined when nothing is encrypted. */
  get tlsVersion(): string | undefined {
    return tlsVersionOf(this.#stream);
  }

  /** What a client may bind its sign-in to; undefined without TLS, and with a certificate that allows no binding. */
  get channelBinding(): Buffer | undefined {
    const certificate = this.#stream instanceof TLSSocket ? this.#stream.getX509Certificate() : undefined;
    return certificate === undefined ? undefined : tlsServerEndPoint(certificate.raw);
  }

  /** Goes on in TLS, which begins with the bytes of `received`, if any were read already. */
  async encrypt(tls: AgentTls, received: Buffer, handshakeMs?: number): Promise<void> {
    const plain = this.#stream;
    const early = this.#inbox.release();
    if (received.length > 0) plain.unshift(Buffer.concat([received, ...early]));
    // What came unasked may not be taken for what was encrypted (CVE-2021-23214).
    else if (early.length > 0) throw earlyBytes();
    this.#stream = await serveHandshake(plain, tls, handshakeMs);
    this.#inbox = new Inbox(this.#stream);
  }
}

export function tlsVersionOf(stream: Duplex): string | undefined {
  return stream instanceof TLSSocket ? (stream.getProtocol() ?? undefined) : undefined;
}

export function earlyBytes(): CaptureError {
  return new CaptureError("PROTOCOL_VIOLATION", "bytes followed a request for encryption before its answer");
}
