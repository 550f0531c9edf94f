import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { anthropicAnswer, anthropicError, seenByAnthropic } from "./anthropic.ts";
import { geminiAnswer, geminiError, jsonAsked, seenByGemini } from "./gemini.ts";
import { chatAnswer, openaiError, seenByChat } from "./openai-chat.ts";
import { responsesAnswer, seenByResponses } from "./openai-responses.ts";
import type { Script, Seen, Step } from "./script.ts";

/** A request as it arrived: nothing of it is read before it is kept. */
export interface ReceivedRequest {
  readonly body: Buffer;
  readonly headers: readonly string[];
  readonly method: string;
  readonly url: string;
}

interface Answer {
  readonly events: readonly string[];
  readonly whole: unknown;
}

export interface ModelServerOptions {
  readonly script: Script;
  /** Compresses what is not a stream. */
  readonly isGzip?: boolean;
  /** Called with each request; may answer itself, and then returns true. */
  readonly intercept?: (request: ReceivedRequest, response: ServerResponse) => boolean;
}

/**
 * A model API of the project's own: it speaks as the real ones do, and says what a script tells it to. It stands in for the
 * providers, which cannot be had in a test.
 */
export class ModelServer {
  readonly requests: ReceivedRequest[] = [];
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(options: ModelServerOptions): Promise<ModelServer> {
    const served = new Map<string, number>();
    let requests: ReceivedRequest[] = [];
    let next = 0;
    const newId = (prefix: string) => `${prefix}${String(next++).padStart(8, "0")}`;
    const server = createServer((request, response) => {
      void (async () => {
        const received = await receive(request);
        requests.push(received);
        if (options.intercept?.(received, response) === true) return;
        answer(received, response, options, newId, served);
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const made = new ModelServer(server);
    requests = made.requests;
    return made;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const body: Buffer[] = [];
  for await (const piece of request) body.push(piece as Buffer);
  const { method = "", rawHeaders, url = "" } = request;
  return { body: Buffer.concat(body), headers: rawHeaders, method, url };
}

function answer(
  { body, method, url }: ReceivedRequest,
  response: ServerResponse,
  { isGzip, script }: ModelServerOptions,
  newId: (prefix: string) => string,
  served: Map<string, number>,
): void {
  const path = url.split("?")[0] ?? "";
  const parsed = body.length === 0 ? {} : (JSON.parse(body.toString("utf8")) as never);
  const { stream } = parsed as { stream?: boolean };
  const send = (
    seen: Seen,
    isStream: boolean,
    make: (step: Step) => Answer,
    errorOf: (status: number) => object,
  ) => {
    const step = script(seen);
    const key = JSON.stringify([step.error, path]);
    const times = served.get(key) ?? 0;
    if (step.error !== undefined && times < step.error.times) {
      served.set(key, times + 1);
      sendJson(response, step.error.status, errorOf(step.error.status), newId);
    } else if (isStream) void sendEvents(response, make(step).events, newId);
    else sendJson(response, 200, make(step).whole, newId, isGzip);
  };
  if (method === "POST" && path === "/v1/messages") {
    const seen = seenByAnthropic(parsed);
    send(seen, stream === true, (step) => anthropicAnswer(step, seen.model, newId), anthropicError);
  } else if (method === "POST" && path === "/v1/responses") {
    const seen = seenByResponses(parsed);
    send(seen, stream === true, (step) => responsesAnswer(step, seen.model, newId), openaiError);
  } else if (method === "POST" && path === "/v1/chat/completions")
    send(seenByChat(parsed), stream === true, (step) => chatAnswer(step, parsed, newId), openaiError);
  else {
    const [, model, verb] =
      /^\/v1beta\/models\/([^/:]+):(streamGenerateContent|generateContent)$/.exec(path) ?? [];
    if (model === undefined || method !== "POST") {
      if (path === "/v1/messages/count_tokens") return sendJson(response, 200, { input_tokens: 7 }, newId);
      if (/models$/.test(path))
        return sendJson(response, 200, { data: [{ id: "scripted" }], models: [] }, newId);
      return sendJson(response, 404, { error: { message: "no such path", type: "not_found_error" } }, newId);
    }
    const seen = seenByGemini(parsed, model);
    const json = jsonAsked(parsed);
    if (json !== undefined)
      return sendJson(response, 200, geminiAnswer({ text: json }, model, newId).whole, newId);
    send(seen, verb === "streamGenerateContent", (step) => geminiAnswer(step, model, newId), geminiError);
  }
}

async function sendEvents(
  response: ServerResponse,
  events: readonly string[],
  newId: (prefix: string) => string,
) {
  response.writeHead(200, {
    "Content-Type": "text/event-stream; charset=utf-8",
    "request-id": newId("req_"),
  });
  for (const event of events) {
    if (response.destroyed) return;
    response.write(event);
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  newId: (prefix: string) => string,
  isGzip = false,
): void {
  const bytes = Buffer.from(JSON.stringify(body));
  const sent = isGzip ? gzipSync(bytes) : bytes;
  response.writeHead(status, {
    "Content-Length": sent.length,
    "Content-Type": "application/json",
    "request-id": newId("req_"),
    ...(isGzip ? { "Content-Encoding": "gzip" } : undefined),
  });
  response.end(sent);
}
