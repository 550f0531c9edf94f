import type { IncomingMessage } from "node:http";
import { HttpProblem } from "./http-problem.ts";

const BODY_BYTES_MAX = 64 * 1024;

/** Reads a JSON body, up to 64 KiB. @throws HttpProblem */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new HttpProblem("body-too-long", "the body is longer than 64 KiB");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new HttpProblem("body-malformed", "the body is not JSON");
  }
}
