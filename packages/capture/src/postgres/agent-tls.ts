import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type SecureContext, TLSSocket } from "node:tls";
import { CaptureError } from "../error.ts";

/** How agents are served TLS. */
export interface AgentTls {
  /** Certificate and key, with renegotiation forbidden: a client could ask for it without end. */
  readonly secureContext: SecureContext;
  /** Whether a client that begins without TLS is refused. */
  readonly isRequired: boolean;
}

/** The protocol's name in ALPN (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL). */
export const POSTGRES_ALPN = "postgresql";

/** A handshake takes two round trips; who needs longer than this holds a place that others could use. */
const HANDSHAKE_MS_MAX = 10_000;

/**
 * Serves the handshake on a stream of which nothing is read any more, and resolves to the decrypted one.
 *
 * It is half-open when the stream is: a client may send its last query and close its own direction at once. Whatever
 * fails later in TLS destroys it.
 *
 * @throws CaptureError TLS_HANDSHAKE_FAILED
 */
export function serveHandshake(
  client: Duplex,
  tls: AgentTls,
  handshakeMs: number = HANDSHAKE_MS_MAX,
): Promise<TLSSocket> {
  const secured = new TLSSocket(client as Socket, {
    ALPNProtocols: [POSTGRES_ALPN],
    isServer: true,
    secureContext: tls.secureContext,
  });
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown): void => {
      clearTimeout(timer);
      reject(new CaptureError("TLS_HANDSHAKE_FAILED", `the TLS handshake failed: ${why}`, { cause }));
      secured.destroy();
    };
    const timer = setTimeout(() => fail(`it took more than ${handshakeMs} ms`), handshakeMs);
    // A socket without a tls.Server of its own reports here, and only here, what breaks after the handshake as well.
    secured.on("_tlsError", (error: NodeJS.ErrnoException) => fail(error.code ?? "unreadable", error));
    secured.on("error", (error: NodeJS.ErrnoException) => fail(error.code ?? "the connection broke", error));
    secured.on("close", () => fail("the client left"));
    secured.on("secure", () => {
      clearTimeout(timer);
      resolve(secured);
    });
  });
}
