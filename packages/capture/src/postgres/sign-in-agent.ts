import { createHmac, randomBytes } from "node:crypto";
import type { SessionIdentity } from "@custody/domain";
import {
  decodeSaslInitialResponse,
  decodeSaslResponse,
  encodeAuthenticationSasl,
  encodeAuthenticationSaslContinue,
  encodeAuthenticationSaslFinal,
  frameTable,
  type StartupMessage,
  startupParameter,
  WireError,
} from "@custody/wire/postgres";
import { type ScramMechanism, type ScramVerifier, startScramServer } from "@custody/wire/scram";
import { CaptureError, type RefusedSignIn } from "../error.ts";
import type { AgentChannel } from "./agent-channel.ts";
import { MessageInbox } from "./message-inbox.ts";

/** A session as the proxy needs it to let an agent in. */
export interface PostgresSession {
  readonly identity: SessionIdentity;
  readonly verifier: ScramVerifier;
  readonly expiresAtUs: number;
}

interface SignInSurroundings {
  /** Of any project. */
  readonly findSession: (id: string) => PostgresSession | undefined;
  /** Only sessions of this project are let in. */
  readonly project: string;
  readonly nowUs: number;
}

/**
 * Lets an agent in by SCRAM-SHA-256: its user name is the session's id, its password the session's token, of which
 * only the verifier is kept. Over TLS, a client may bind that to the certificate that it sees.
 *
 * An unknown session goes through the whole exchange with a decoy, so that the answer does not tell who exists. One of
 * another project gets the same answer, and the record knows better.
 * @throws CaptureError SIGN_IN_REFUSED
 */
export async function signInAgent(
  { stream, inbox, channelBinding }: AgentChannel,
  startup: StartupMessage,
  { findSession, nowUs, project }: SignInSurroundings,
): Promise<PostgresSession> {
  const id = startupParameter(startup, "user") ?? "";
  const session = findSession(id);
  const messages = new MessageInbox(inbox, frameTable({ deliver: "pX" }));
  const mechanisms: ScramMechanism[] =
    channelBinding === undefined ? ["SCRAM-SHA-256"] : ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"];
  try {
    stream.write(encodeAuthenticationSasl({ type: "authentication-sasl", mechanisms }));
    const server = startScramServer({
      ...(channelBinding === undefined ? undefined : { channelBinding }),
      verifier: session?.verifier ?? decoy(id),
      nonce: randomBytes(18).toString("base64"),
    });
    const initial = decodeSaslInitialResponse(await readResponse(messages));
    const mechanism = mechanisms.find((name) => name === initial.mechanism);
    if (mechanism === undefined) throw notLetIn(id);
    const first = server.receiveClientFirst(initial.data ?? Buffer.alloc(0), mechanism);
    stream.write(
      encodeAuthenticationSaslContinue({ type: "authentication-sasl-continue", data: first.first }),
    );
    const { final } = first.receiveClientFinal(decodeSaslResponse(await readResponse(messages)).data);
    if (session === undefined) throw notLetIn(id);
    if (session.identity.project !== project)
      throw notLetIn(id, undefined, { reason: "another-project", session: id });
    if (session.expiresAtUs <= nowUs)
      throw new CaptureError(
        "SIGN_IN_REFUSED",
        `session ${id} has expired: make a new one with custody session new`,
        { signIn: { reason: "expired", session: id } },
      );
    stream.write(encodeAuthenticationSaslFinal({ type: "authentication-sasl-final", data: final }));
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
    throw new CaptureError("SIGN_IN_REFUSED", "the client left before it had signed in", {
      signIn: { reason: "left" },
    });
  return received.body;
}

function notLetIn(id: string, cause?: unknown, signIn?: RefusedSignIn): CaptureError {
  const shown = /^[0-9a-zA-Z-]{1,64}$/.test(id) ? id : "(not a session id)";
  return new CaptureError("SIGN_IN_REFUSED", `password authentication failed for session ${shown}`, {
    cause,
    ...(signIn === undefined ? undefined : { signIn }),
  });
}
