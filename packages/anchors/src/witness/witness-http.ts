import { ask, type Fetch } from "../http/ask.ts";

export interface WitnessReply {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** A few lines of signatures, or a note with all of them. */
const ANSWER_BYTES_MAX = 1024 * 1024;

/** Asks a witness one question. @throws AnchorError PLACE_UNREACHABLE, PLACE_ANSWER_INVALID */
export async function askWitness(fetch: Fetch, url: string, body?: string): Promise<WitnessReply> {
  const question = body === undefined ? {} : ({ body, method: "POST" } as const);
  const answer = await ask(fetch, url, { url, ...question, bytesMax: ANSWER_BYTES_MAX });
  const { body: bytes, headers, status } = answer;
  return { contentType: headers.get("content-type") ?? "", status, text: bytes.toString("utf8") };
}
