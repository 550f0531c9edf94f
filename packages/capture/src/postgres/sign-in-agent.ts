import { createHmac, randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { SessionIdentity } from "@custody/domain";
import {
  type CancelRequest,
  decodeSaslInitialResponse,
  decodeSaslResponse,
  encodeAuthenticationSasl,
  encodeAuthenticationSaslContinue,
  encodeAuthenticationSaslFinal,
  encodeNegotiateProtocolVersion,
  frameTable,
  type StartupMessage,
  StartupScanner,
  startupParameter,
  WireError,
} from "@custody/wire/postgres";
import { type ScramVerifier, startScramServer } from "@custody/wire/scram";
import { CaptureError } from "../error.ts";
import type { Inbox } from "./inbox.ts";
import { MessageInbox } from "./message-inbox.ts";

/** A session as the proxy needs it to let an agent in. */
export interface PostgresSession {
  readonly identity: SessionIdentity;
  readonly verifier: ScramVerifier;
  readonly expiresAtUs: number;
}

export type Greeting =
  | { readonly kind: "startup"; readonly startup: StartupMessage }
  | { readonly kind: "cancel"; readonly request: CancelRequest }
  | { readonly kind: "gone" };

const NOT_ENCRYPTED = Buffer.from("N", "latin1");
const MINOR_VERSION_MAX = 2;

/** Reads what a client begins with. Encryption is declined; whatever follows the question unasked ends the connection. */
export async function readGreeting(client: Duplex, inbox: Inbox): Promise<Greeting> {
  const scanner = new StartupScanner();
  for (;;) {
    const chunk = await inbox.read();
    if (chunk === undefined) return { kind: "gone" };
    const frame = scanner.scan(chunk);
    if (frame === undefined) continue;
    if (frame.kind === "direct-tls")
      throw new CaptureError("PROTOCOL_VIOLATION", "TLS is not served here: use sslmode=disable on loopback");
    const { packet, rest } = frame;
    if (packet.type === "cancel-request") return { kind: "cancel", request: packet };
    if (packet.type === "startup-message") {
      inbox.unread(rest);
      return { kind: "startup", startup: packet };
    }
    if (rest.length > 0)
      throw new CaptureError(
        "PROTOCOL_VIOLATION",
        "bytes followed a request for encryption before its answer",
      );
    client.write(NOT_ENCRYPTED);
  }
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

/**
 * Lets an agent in by SCRAM-SHA-256: its user name is the session's id, its password the session's token, of which
 * only the verifier is kept.
 *
 * An unknown session goes through the whole exchange with a decoy, so that the answer does not tell who exists.
 * @throws CaptureError SIGN_IN_REFUSED
 */
export async function signInAgent(
  client: Duplex,
  inbox: Inbox,
  startup: StartupMessage,
  findSession: (id: string) => PostgresSession | undefined,
  nowUs: number,
): Promise<PostgresSession> {
  const id = startupParameter(startup, "user") ?? "";
  const session = findSession(id);
  const messages = new MessageInbox(inbox, frameTable({ deliver: "pX" }));
  try {
    client.write(encodeAuthenticationSasl({ type: "authentication-sasl", mechanisms: ["SCRAM-SHA-256"] }));
    const server = startScramServer({
      verifier: session?.verifier ?? decoy(id),
      nonce: randomBytes(18).toString("base64"),
    });
    const initial = decodeSaslInitialResponse(await readResponse(messages));
    const first = server.receiveClientFirst(initial.data ?? Buffer.alloc(0));
    client.write(
      encodeAuthenticationSaslContinue({ type: "authentication-sasl-continue", data: first.first }),
    );
    const { final } = first.receiveClientFinal(decodeSaslResponse(await readResponse(messages)).data);
    if (session === undefined) throw notLetIn(id);
    if (session.expiresAtUs <= nowUs)
      throw new CaptureError(
        "SIGN_IN_REFUSED",
        `session ${id} has expired: make a new one with custody session new`,
      );
    client.write(encodeAuthenticationSaslFinal({ type: "authentication-sasl-final", data: final }));
    for (const raw of messages.rest().reverse()) inbox.unread(raw);
    return session;
  } catch (error) {
    if (error instanceof WireError) throw notLetIn(id, error);
    throw error;
  }
}

/** Unknown sessions have a salt too, the same each time that they are asked for: asking twice tells nothing. */
const decoySecret = randomBytes(32);

function decoy(id: string): ScramVerifier {
  const salt = createHmac("sha256", decoySecret).update(id).digest().subarray(0, 16);
  return { iterations: 4096, salt, storedKey: randomBytes(32), serverKey: randomBytes(32) };
}

async function readResponse(messages: MessageInbox): Promise<Buffer> {
  const received = await messages.read();
  if (received?.letter !== "p")
    throw new CaptureError("SIGN_IN_REFUSED", "the client left before it had signed in");
  return received.body;
}

function notLetIn(id: string, cause?: unknown): CaptureError {
  const shown = /^[0-9a-zA-Z-]{1,64}$/.test(id) ? id : "(not a session id)";
  return new CaptureError("SIGN_IN_REFUSED", `password authentication failed for session ${shown}`, {
    cause,
  });
}
