import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import {
  decodeAuthentication,
  decodeBackendKeyData,
  decodeErrorResponse,
  decodeParameterStatus,
  encodeSaslInitialResponse,
  encodeSaslResponse,
  encodeStartupMessage,
  frameTable,
  responseField,
  type StartupParameter,
} from "@custody/wire/postgres";
import { type ScramClientFinal, startScramClient, tlsServerEndPoint } from "@custody/wire/scram";
import { CaptureError } from "../error.ts";
import { Inbox } from "./inbox.ts";
import { MessageInbox, type Received } from "./message-inbox.ts";
import { ServerSettings } from "./settings.ts";

/** Where the real database is, and the credentials that no agent ever sees. */
export interface PostgresUpstream {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  /** Whether to bind signing in to the server's certificate: by default, when the server offers it. */
  readonly channelBinding?: "disable" | "prefer" | "require";
}

export interface UpstreamSignIn {
  readonly settings: ServerSettings;
  /** ParameterStatus messages as received, for the client. */
  readonly statuses: readonly Buffer[];
  readonly processId: number;
  readonly secretKey: Buffer;
}

const SCRAM = "SCRAM-SHA-256";
const SCRAM_PLUS = "SCRAM-SHA-256-PLUS";

/** Everything that a server may send until it is ready, rows included: they are small here. */
const signInFrames = frameTable({ deliver: "CDEIKNRSTZAv" });

/** Signs in with the real credentials. @throws CaptureError UPSTREAM_REFUSED or UPSTREAM_UNREACHABLE */
export async function signInUpstream(
  server: Duplex,
  upstream: PostgresUpstream,
  parameters: readonly StartupParameter[],
): Promise<UpstreamSignIn> {
  const inbox = new Inbox(server);
  const messages = new MessageInbox(inbox, signInFrames);
  // Whoever has asked for TLS and read "no" has paused it.
  server.resume();
  const own = [
    { name: "user", value: upstream.user },
    { name: "database", value: upstream.database },
  ];
  server.write(
    encodeStartupMessage({ type: "startup-message", minorVersion: 0, parameters: [...own, ...parameters] }),
  );
  await authenticate(server, messages, upstream);
  const signIn = await readUntilReady(messages);
  inbox.release();
  return signIn;
}

async function authenticate(
  server: Duplex,
  messages: MessageInbox,
  upstream: PostgresUpstream,
): Promise<void> {
  let final: ScramClientFinal | undefined;
  let isProved = false;
  for (;;) {
    const received = await next(messages);
    if (received.letter !== "R") continue;
    const request = decodeAuthentication(received.body);
    switch (request.type) {
      case "authentication-ok":
        // A server that never proved that it knows the password could be anybody.
        if (final !== undefined && !isProved) throw refused("the server skipped its part of SCRAM");
        if (final === undefined && upstream.channelBinding === "require")
          throw refused("channel_binding=require, and the server let Custody in without SCRAM");
        return;
      case "authentication-sasl":
        final = await answerSasl(server, messages, request.mechanisms, upstream);
        break;
      case "authentication-sasl-final":
        final?.receiveServerFinal(request.data);
        isProved = true;
        break;
      default:
        throw refused(
          `the server asks for ${request.type}, only SCRAM-SHA-256 and trust are used: set password_encryption = scram-sha-256`,
        );
    }
  }
}

async function answerSasl(
  server: Duplex,
  messages: MessageInbox,
  mechanisms: readonly string[],
  upstream: PostgresUpstream,
): Promise<ScramClientFinal> {
  const { mechanism, channelBinding } = chooseMechanism(server, mechanisms, upstream);
  if (upstream.password === undefined)
    throw refused("the server asks for a password, and the upstream URL has none");
  const client = startScramClient({
    ...(channelBinding === undefined ? undefined : { channelBinding }),
    nonce: randomBytes(18).toString("base64"),
    password: upstream.password,
  });
  server.write(encodeSaslInitialResponse({ type: "sasl-initial-response", mechanism, data: client.first }));
  const request = decodeAuthentication((await next(messages)).body);
  if (request.type !== "authentication-sasl-continue")
    throw refused(`the server answered SCRAM with ${request.type}`);
  const final = await client.receiveServerFirst(request.data);
  server.write(encodeSaslResponse({ type: "sasl-response", data: final.final }));
  return final;
}

/**
 * Binds when there is TLS to bind to and the server offers it. A server that does not, although there is TLS, is told
 * that we could: if somebody in between has taken the offer away, it notices.
 */
function chooseMechanism(
  server: Duplex,
  mechanisms: readonly string[],
  { channelBinding: asked = "prefer" }: PostgresUpstream,
): { mechanism: string; channelBinding?: Buffer | "not-offered" } {
  const certificate = server instanceof TLSSocket ? server.getPeerX509Certificate() : undefined;
  const isWanted = certificate !== undefined && asked !== "disable";
  const binding = isWanted ? tlsServerEndPoint(certificate.raw) : undefined;
  if (binding !== undefined && mechanisms.includes(SCRAM_PLUS))
    return { channelBinding: binding, mechanism: SCRAM_PLUS };
  if (asked === "require") throw refused("channel_binding=require, and the server does not offer it");
  if (!mechanisms.includes(SCRAM)) throw refused(`the server offers ${mechanisms.join(", ")}, not ${SCRAM}`);
  return binding === undefined ? { mechanism: SCRAM } : { channelBinding: "not-offered", mechanism: SCRAM };
}

async function readUntilReady(messages: MessageInbox): Promise<UpstreamSignIn> {
  const settings = new ServerSettings();
  const statuses: Buffer[] = [];
  let key: { processId: number; secretKey: Buffer } = { processId: 0, secretKey: Buffer.alloc(4) };
  for (;;) {
    const { letter, body, raw } = await next(messages);
    if (letter === "S") {
      const { name, value } = decodeParameterStatus(body);
      settings.set(name, value);
      statuses.push(Buffer.from(raw));
    }
    if (letter === "K") key = decodeBackendKeyData(body);
    if (letter === "Z") return { settings, statuses, ...key };
  }
}

async function next(messages: MessageInbox): Promise<Received> {
  const received = await messages.read();
  if (received === undefined) throw unreachable();
  if (received.letter !== "E") return received;
  const { fields } = decodeErrorResponse(received.body);
  const code = responseField(fields, "sqlState") ?? "?????";
  throw refused(`${responseField(fields, "message") ?? "no reason was given"} (${code})`);
}

function refused(message: string): CaptureError {
  return new CaptureError("UPSTREAM_REFUSED", `the database did not let Custody in: ${message}`);
}

function unreachable(): CaptureError {
  return new CaptureError(
    "UPSTREAM_UNREACHABLE",
    "the database closed the connection while Custody was signing in",
  );
}
