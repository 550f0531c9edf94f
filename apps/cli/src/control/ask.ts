import { type IncomingMessage, request as plainRequest } from "node:http";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { pinOf } from "./certificate-pin.ts";

/** What a server's certificate is measured by; nothing: by the authorities that Node.js knows. */
export interface ServerTrust {
  /** Certificates of authorities in PEM, in their place. */
  readonly authority?: string;
  /** This one certificate, and no authority. */
  readonly sha256?: string;
}

export interface Question {
  readonly method: string;
  /** Left out where nobody has to say who they are. */
  readonly token?: string | undefined;
  readonly trust: ServerTrust;
  readonly body?: string;
  readonly timeoutMs?: number | undefined;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const TIMEOUT_MS = 30_000;

/** Far more than any answer has; what is not our server must not fill the memory. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** Thrown when the other side does not show a certificate that is trusted. Nothing was said to it. */
class Distrust extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the certificate is not trusted (${code})`);
    this.code = code;
  }
}

export function isDistrust(error: unknown): error is Distrust {
  return error instanceof Distrust;
}

/** Asks one question on a connection of its own. The token is sent only once the other side is known to be the server. */
export async function ask(url: URL, question: Question): Promise<Answer> {
  const response = await send(url, question, AbortSignal.timeout(question.timeoutMs ?? TIMEOUT_MS));
  try {
    return { status: response.statusCode ?? 0, text: await read(response) };
  } catch (error) {
    response.destroy();
    throw error;
  }
}

/** The same where the answer goes on for as long as somebody reads; `signal` ends it. */
export function askStream(url: URL, question: Question, signal: AbortSignal): Promise<IncomingMessage> {
  return send(url, question, signal);
}

/** Resolves once the answer begins. */
async function send(url: URL, question: Question, signal: AbortSignal): Promise<IncomingMessage> {
  const secured = url.protocol === "https:" ? await connectTrusted(url, question.trust, signal) : undefined;
  const { body, method, token } = question;
  return new Promise((resolve, reject) => {
    const asked = plainRequest(url.href.replace(/^https:/, "http:"), {
      // There is only this one question, so no pool; and with an agent, a connection of ours would not be used.
      ...(secured === undefined ? { agent: false } : { createConnection: () => secured }),
      headers: {
        ...(token === undefined ? undefined : { authorization: `Bearer ${token}` }),
        connection: "close",
        "content-type": "application/json",
        host: url.host,
        ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
      },
      method,
      signal,
    });
    asked.on("error", reject);
    asked.on("response", resolve);
    asked.end(body);
  });
}

/** Compares the certificate before anything is sent. With a pin, names and dates do not matter: it is that one. */
function connectTrusted(url: URL, trust: ServerTrust, signal: AbortSignal): Promise<TLSSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      minVersion: "TLSv1.2",
      port: Number(url.port || 443),
      rejectUnauthorized: trust.sha256 === undefined,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(trust.authority === undefined ? {} : { ca: trust.authority }),
    });
    const late = () => socket.destroy(new Error("no answer in time"));
    signal.addEventListener("abort", late, { once: true });
    const fail = (error: Error & { code?: string }) =>
      reject(socket.authorizationError ? new Distrust(error.code ?? "UNKNOWN") : error);
    socket.once("error", fail);
    socket.once("secureConnect", () => {
      signal.removeEventListener("abort", late);
      const certificate = socket.getPeerX509Certificate();
      if (trust.sha256 !== undefined && (!certificate || pinOf(certificate) !== trust.sha256)) {
        socket.destroy();
        return reject(new Distrust("OTHER_CERTIFICATE"));
      }
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error("the answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
