import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Witness } from "@custody/anchors";
import { ServerError } from "@custody/server";
import { type Address, formatAddress, reachableHost } from "../config/address.ts";
import type { TlsFiles } from "../config/tls-files.ts";

export interface WitnessServerOptions {
  readonly witness: Pick<Witness, "addCheckpoint" | "checkpoint">;
  readonly address: Address;
  readonly tls: TlsFiles | undefined;
  readonly warn: (text: string) => void;
}

export interface WitnessServer {
  readonly url: string;
  /** Lets answers that are under way come to their end. */
  close(): Promise<void>;
}

/** Room for a proof and for a note with many signatures, also of the long kind that quantum computers do not break. */
const BODY_BYTES_MAX = 256 * 1024;
/** Witnesses are asked rarely; whoever holds connections open must not keep others out for long. */
const REQUEST_TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 256;
const TEXT = "text/plain; charset=utf-8";

/** A witness over HTTP, by https://c2sp.org/tlog-witness. @throws ServerError LISTEN_FAILED */
export async function serveWitness({
  address,
  tls,
  warn,
  witness,
}: WitnessServerOptions): Promise<WitnessServer> {
  const limits = {
    connectionsCheckingInterval: 1000,
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
  };
  const onRequest: RequestListener = (request, response) => {
    respond(witness, request, response).catch((error: Error) => {
      warn(`a request could not be answered: ${error.message}`);
      if (!response.headersSent) send(response, 500, TEXT, "internal error\n");
      else response.destroy();
    });
  };
  const server =
    tls === undefined
      ? createServer(limits, onRequest)
      : createSecureServer(
          { ...limits, cert: tls.certificate, key: tls.key, minVersion: "TLSv1.2" },
          onRequest,
        );
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(cannotListen(address, cause)));
    server.listen(address, resolve);
  });
  server.on("error", (error) => warn(error.message));
  const { port } = server.address() as AddressInfo;
  const reachable = formatAddress({ host: reachableHost(address.host), port });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    url: `${tls === undefined ? "http" : "https"}://${reachable}`,
  };
}

async function respond(
  witness: WitnessServerOptions["witness"],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", url = "" } = request;
  const originHash = /^\/([0-9a-f]{64})\/checkpoint$/.exec(url)?.[1];
  if (url === "/add-checkpoint") {
    if (method !== "POST") return send(response, 405, TEXT, "add-checkpoint is a POST\n", { allow: "POST" });
    const body = await readBody(request);
    if (body === undefined)
      return send(response, 413, TEXT, "the request is too long\n", { connection: "close" });
    const answer = await witness.addCheckpoint(body);
    return send(response, answer.status, answer.contentType, answer.body);
  }
  if (originHash === undefined) return send(response, 404, TEXT, "there is nothing here\n");
  if (method !== "GET" && method !== "HEAD")
    return send(response, 405, TEXT, "a checkpoint is a GET\n", { allow: "GET, HEAD" });
  const note = await witness.checkpoint(originHash);
  if (note === undefined) return send(response, 404, TEXT, "no checkpoint of this log was cosigned here\n");
  send(response, 200, TEXT, note, { "cache-control": "no-cache" });
}

/** Undefined when it is longer than any request. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The connection must live until the answer is sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...headers,
    "content-length": Buffer.byteLength(body),
    "content-type": contentType,
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

function cannotListen(address: Address, cause: Error & { code?: string }): ServerError {
  const why = cause.code === "EADDRINUSE" ? "another program listens there" : cause.message;
  const what = `cannot listen on ${formatAddress(address)}: ${why}`;
  return new ServerError("LISTEN_FAILED", `${what} — choose another address with --listen`, { cause });
}
