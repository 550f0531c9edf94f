import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import {
  type CancelRequest,
  encodeNegotiateProtocolVersion,
  type StartupMessage,
  StartupScanner,
} from "@custody/wire/postgres";
import { CaptureError } from "../error.ts";
import { type AgentChannel, earlyBytes } from "./agent-channel.ts";
import { type AgentTls, POSTGRES_ALPN } from "./agent-tls.ts";

export type Greeting =
  | { readonly kind: "startup"; readonly startup: StartupMessage }
  | { readonly kind: "cancel"; readonly request: CancelRequest }
  | { readonly kind: "gone" };

const ENCRYPTED = Buffer.from("S", "latin1");
const NOT_ENCRYPTED = Buffer.from("N", "latin1");
const MINOR_VERSION_MAX = 2;

/**
 * Reads what a client begins with, and turns to TLS when it asks for that, either by an SSLRequest or at once.
 *
 * A request to cancel may come in plain even where TLS is required: libpq before version 17 sends it so on every
 * connection, and all it shows is a key that is good for nothing else.
 *
 * @throws CaptureError PROTOCOL_VIOLATION, TLS_HANDSHAKE_FAILED, TLS_REQUIRED
 */
export async function readGreeting(
  channel: AgentChannel,
  tls: AgentTls | undefined,
  handshakeMs?: number,
): Promise<Greeting> {
  const scanner = new StartupScanner();
  for (;;) {
    const chunk = await channel.inbox.read();
    if (chunk === undefined) return { kind: "gone" };
    const frame = scanner.scan(chunk);
    if (frame === undefined) continue;
    if (frame.kind === "direct-tls") {
      await serveDirectTls(channel, tls, frame.received, handshakeMs);
      continue;
    }
    const { packet, rest } = frame;
    if (packet.type === "cancel-request") return { kind: "cancel", request: packet };
    if (packet.type === "startup-message") {
      if (tls?.isRequired && !isEncrypted(channel.stream)) throw mustEncrypt();
      channel.inbox.unread(rest);
      return { kind: "startup", startup: packet };
    }
    if (rest.length > 0) throw earlyBytes();
    if (isEncrypted(channel.stream))
      throw new CaptureError("PROTOCOL_VIOLATION", "a request for encryption came inside of TLS");
    if (packet.type === "gss-enc-request" || tls === undefined) channel.stream.write(NOT_ENCRYPTED);
    else {
      channel.stream.write(ENCRYPTED);
      await channel.encrypt(tls, Buffer.alloc(0), handshakeMs);
    }
  }
}

/** A client without an SSLRequest must name the protocol, so that nobody leads another protocol's client here. */
async function serveDirectTls(
  channel: AgentChannel,
  tls: AgentTls | undefined,
  received: Buffer,
  handshakeMs: number | undefined,
): Promise<void> {
  if (tls === undefined)
    throw new CaptureError("PROTOCOL_VIOLATION", "TLS is not served here: use sslmode=disable on loopback");
  if (isEncrypted(channel.stream))
    throw new CaptureError("PROTOCOL_VIOLATION", "a TLS handshake came inside of TLS");
  await channel.encrypt(tls, received, handshakeMs);
  if ((channel.stream as TLSSocket).alpnProtocol !== POSTGRES_ALPN)
    throw new CaptureError("TLS_HANDSHAKE_FAILED", "direct TLS must name the protocol postgresql (ALPN)");
}

/** Which protocol 3 version goes on: the server answers what it does not know (protocol-flow, "Start-up"). */
export function negotiate(client: Duplex, startup: StartupMessage): number {
  const unrecognizedOptions = startup.parameters
    .map(({ name }) => name)
    .filter((name) => name.startsWith("_pq_."));
  const minorVersion = Math.min(startup.minorVersion, MINOR_VERSION_MAX);
  if (unrecognizedOptions.length > 0 || minorVersion < startup.minorVersion) {
    client.write(
      encodeNegotiateProtocolVersion({
        type: "negotiate-protocol-version",
        majorVersion: 3,
        minorVersion,
        unrecognizedOptions,
      }),
    );
  }
  return minorVersion;
}

function isEncrypted(stream: Duplex): boolean {
  return stream instanceof TLSSocket;
}

function mustEncrypt(): CaptureError {
  return new CaptureError(
    "TLS_REQUIRED",
    "this address takes encrypted connections only: connect with sslmode=require or stricter",
  );
}
