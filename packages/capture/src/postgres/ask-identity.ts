import type { Duplex } from "node:stream";
import {
  decodeDataRow,
  decodeErrorResponse,
  encodeQuery,
  frameTable,
  makeQuery,
  responseField,
} from "@custody/wire/postgres";
import { CaptureError } from "../error.ts";
import { Inbox } from "./inbox.ts";
import { goodbye, identityQuery, partialIdentityQuery } from "./inject.ts";
import { MessageInbox } from "./message-inbox.ts";
import { describeServer, isSameServer, type ServerIdentity } from "./server-identity.ts";
import { openUpstream, type UpstreamDoor } from "./upstream-door.ts";

/** A server that has let somebody in answers this from memory; one that hangs would keep its place for ever. */
const ANSWER_MS_MAX = 30_000;

const answerFrames = frameTable({ deliver: "CDEINSTZA" });

/**
 * Who may not ask which system this is: `insufficient_privilege`, and what a server says that has no such function,
 * `undefined_function` or `feature_not_supported`.
 */
const CANNOT_SAY: ReadonlySet<string> = new Set(["42501", "42883", "0A000"]);

type Answer =
  | { readonly values: readonly (Buffer | null)[] }
  | { readonly sqlState: string; readonly message: string };

/** Asks which server this is, and leaves the connection ready. @throws CaptureError UPSTREAM_REFUSED, UPSTREAM_UNREACHABLE */
export async function askIdentity(server: Duplex): Promise<ServerIdentity> {
  const late = setTimeout(() => server.destroy(), ANSWER_MS_MAX);
  const inbox = new Inbox(server);
  server.resume();
  try {
    let answer = await ask(server, inbox, identityQuery);
    if ("sqlState" in answer && CANNOT_SAY.has(answer.sqlState))
      answer = await ask(server, inbox, partialIdentityQuery);
    if ("sqlState" in answer) throw silent(`${answer.message} (${answer.sqlState})`);
    return identityOf(answer.values);
  } finally {
    clearTimeout(late);
    inbox.release();
  }
}

/** The same on a connection of its own, without any agent. @throws CaptureError UPSTREAM_* */
export async function identifyUpstream(door: UpstreamDoor): Promise<ServerIdentity> {
  const { server } = await openUpstream(door, []);
  try {
    return await askIdentity(server);
  } finally {
    server.end(goodbye);
    server.resume();
  }
}

async function ask(server: Duplex, inbox: Inbox, query: string): Promise<Answer> {
  const messages = new MessageInbox(inbox, answerFrames);
  server.write(encodeQuery(makeQuery(query)));
  let answer: Answer = { message: "it answered nothing", sqlState: "?????" };
  for (;;) {
    const received = await messages.read();
    if (received === undefined)
      throw new CaptureError(
        "UPSTREAM_UNREACHABLE",
        "the database closed the connection when it was asked which server it is",
      );
    const { body, letter } = received;
    if (letter === "D") answer = { values: decodeDataRow(body).values };
    if (letter === "E") {
      const { fields } = decodeErrorResponse(body);
      const message = responseField(fields, "message") ?? "no reason was given";
      answer = { message, sqlState: responseField(fields, "sqlState") ?? "?????" };
    }
    if (letter === "Z") return answer;
  }
}

/** In the order of the queries: everything but the system's identifier, which only one of them asks for. */
function identityOf(values: readonly (Buffer | null)[]): ServerIdentity {
  const [oid, name, host, port, system] = values.map((value) => value?.toString("latin1"));
  if (!isNumber(oid) || !name || (system !== undefined && !isNumber(system)))
    throw silent("its answer makes no sense");
  return {
    database: Buffer.from(name, "hex").toString("utf8"),
    oid: Number(oid),
    ...(host === undefined || port === undefined ? undefined : { server: addressOf(host, port) }),
    ...(system === undefined ? undefined : { system }),
  };
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,20}$/.test(text);
}

function addressOf(host: string, port: string): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function silent(why: string): CaptureError {
  return new CaptureError("UPSTREAM_REFUSED", `the database does not say which server it is: ${why}`);
}

/** Lets a connection of our own go on only if the server is the one that is meant. @throws CaptureError TARGET_CHANGED */
export async function expectServer(server: Duplex, meant: ServerIdentity | undefined): Promise<void> {
  const identity = await askIdentity(server);
  if (meant === undefined || isSameServer(meant, identity)) return;
  throw new CaptureError(
    "TARGET_CHANGED",
    `another server answers: expected ${describeServer(meant)}, found ${describeServer(identity)}`,
  );
}
