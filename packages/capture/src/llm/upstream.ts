import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { ClientEnd } from "./client-end.ts";
import type { ModelDoor } from "./context.ts";
import { endToEnd, type RawHeaders } from "./headers.ts";

/** A provider that sends nothing for so long will not: the longest that its own clients wait by default. */
const SILENCE_MS_MAX = 10 * 60_000;
const IDLE_SOCKETS_MAX = 64;

export interface UpstreamRequest {
  readonly body: Buffer;
  readonly headers: RawHeaders;
  readonly method: string;
  readonly pathAndQuery: string;
  readonly gone: ClientEnd;
}

/** The connections to providers. They are kept open between requests. */
export class Upstream {
  readonly #http = new HttpAgent({ keepAlive: true, maxFreeSockets: IDLE_SOCKETS_MAX });
  readonly #https = new HttpsAgent({ keepAlive: true, maxFreeSockets: IDLE_SOCKETS_MAX });
  readonly #silenceMs: number;

  constructor(silenceMs: number = SILENCE_MS_MAX) {
    this.#silenceMs = silenceMs;
  }

  /** Sends a request, and resolves with the head of its answer. @throws Error when none comes */
  ask(
    door: ModelDoor,
    { body, gone, headers, method, pathAndQuery }: UpstreamRequest,
  ): Promise<IncomingMessage> {
    const { upstream } = door;
    const isTls = upstream.protocol === "https:";
    const send = isTls ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      let answer: IncomingMessage | undefined;
      // To destroy the request once there is an answer would throw away what of it nobody has read, without a word.
      const end = (error: Error | undefined) => (answer ?? request).destroy(error);
      const request = send(
        {
          agent: isTls ? this.#https : this.#http,
          headers: sentHeaders(door, headers, method, body) as string[],
          host: upstream.hostname.replace(/^\[|\]$/g, ""),
          method,
          path: `${upstream.pathname.replace(/\/$/, "")}${sentPath(door, pathAndQuery)}`,
          port: upstream.port,
          setHost: false,
          timeout: this.#silenceMs,
        },
        (head) => {
          answer = head;
          const { statusCode = 0 } = head;
          if (statusCode >= 200 && statusCode <= 599) return resolve(head);
          head.destroy();
          reject(new Error(`the provider answered with the status ${statusCode}, which is none`));
        },
      );
      // Nobody asked for another protocol, and an answer in one could not be read.
      request.on("upgrade", (_, socket) => {
        socket.destroy();
        reject(new Error("the provider answered in another protocol"));
      });
      const stopListening = gone.heard(() => end(gone.error));
      request.on("close", () => {
        stopListening();
        reject(new Error("the provider ended the connection without an answer"));
      });
      request.on("timeout", () =>
        end(new Error(`the provider has sent nothing for ${this.#silenceMs / 1000} seconds`)),
      );
      request.on("error", reject);
      request.end(body);
    });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}

/** Whether the request cannot have reached the provider, and so has cost nothing. */
export function isUnsent(error: Error & { readonly code?: string }): boolean {
  return UNSENT.has(error.code ?? "");
}

const UNSENT = new Set(["ECONNREFUSED", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND"]);

/** By which clients of any provider show a key: where the gateway holds it, theirs is nobody's business. */
const KEY_HEADERS = ["authorization", "x-api-key", "x-goog-api-key"];

/** By which a request would be another one to the provider than to whoever decided about it. */
const OVERRIDES = ["x-http-method", "x-http-method-override", "x-method-override"];

/** As the client sent them, but for the host, and the key where the gateway holds it. */
function sentHeaders(door: ModelDoor, raw: RawHeaders, method: string, body: Buffer): string[] {
  const { key, provider, upstream } = door;
  const dropped = ["host", "content-length", ...OVERRIDES, ...(key === undefined ? [] : KEY_HEADERS)];
  const headers = ["Host", upstream.host, ...endToEnd(raw, dropped)];
  if (key !== undefined) headers.push(...provider.keyHeader(key));
  if (body.length > 0 || method === "POST" || method === "PUT" || method === "PATCH")
    headers.push("Content-Length", String(body.length));
  return headers;
}

/** A key in the query is replaced by the gateway's, which goes into a header. */
function sentPath({ key, provider }: ModelDoor, pathAndQuery: string): string {
  const at = pathAndQuery.indexOf("?");
  if (key === undefined || provider.keyParameter === undefined || at === -1) return pathAndQuery;
  const path = pathAndQuery.slice(0, at);
  const kept = pathAndQuery
    .slice(at + 1)
    .split("&")
    .filter((pair) => nameOf(pair) !== provider.keyParameter);
  return kept.length === 0 ? path : `${path}?${kept.join("&")}`;
}

/** The name of a parameter, however it is written. */
function nameOf(pair: string): string {
  const [name = ""] = pair.split("=");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
