import { nodePrimitives } from "@custody/ledger";
import { parseCosignerKey } from "@custody/ledger/verifier";
// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { onTestFinished } from "vitest";
import type { Fetch } from "../http/ask.ts";
import { Witness } from "../own-witness/witness.ts";
import type { ProvableLedger } from "../witness/provable-ledger.ts";
import type { ReachableWitness } from "../witness/reachable-witnesses.ts";
import { temporaryDirectory } from "./directory.ts";
import { consistencyOf, rootOf } from "./merkle.ts";
import type { SignedLog } from "./signed-log.ts";

/** A real witness without a network: what is asked of its address is asked of it directly. */
export interface NearWitness extends ReachableWitness {
  readonly fetch: Fetch;
  /** `POST` or `GET`, with the old size where there is one. */
  readonly asked: string[];
  readonly verifierKey: string;
  /** Answers the next questions in its place; `undefined` lets it answer itself. */
  intercept: ((url: string, body: string | undefined) => Response | undefined) | undefined;
}

export async function nearWitness(log: SignedLog, name = "w1"): Promise<NearWitness> {
  const witness = await Witness.open({
    directory: temporaryDirectory(),
    logs: new Map([[log.origin, [log.key]]]),
    name: `${name}.example`,
    nowMs: () => 1_700_000_000_000,
    warn: () => {},
  });
  onTestFinished(() => witness.close());
  const key = await parseCosignerKey(witness.verifierKey, nodePrimitives);
  const url = `https://${name}.example/prefix`;
  const asked: string[] = [];
  const near: NearWitness = {
    asked,
    fetch: async (address, { body, method = "GET" }) => {
      const text = body === undefined || body === null ? undefined : String(body);
      asked.push(text === undefined ? method : `${method} ${text.split("\n")[0]}`);
      return near.intercept?.(address, text) ?? answerOf(witness, address.slice(url.length), text);
    },
    intercept: undefined,
    url,
    verifierKey: witness.verifierKey,
    witness: { key, kind: "witness", name, url },
  };
  return near;
}

async function answerOf(witness: Witness, path: string, body: string | undefined): Promise<Response> {
  if (body !== undefined && path === "/add-checkpoint") {
    const answer = await witness.addCheckpoint(Buffer.from(body));
    return new Response(answer.body, {
      headers: { "content-type": answer.contentType },
      status: answer.status,
    });
  }
  const note = await witness.checkpoint(/^\/([0-9a-f]+)\/checkpoint$/.exec(path)?.[1] ?? "");
  return note === undefined ? new Response("", { status: 404 }) : new Response(note);
}

/** A ledger of these entries, which may grow, and of which all is published. */
export function provable(entries: string[]): ProvableLedger {
  const first = (size: number) => {
    if (size > entries.length) throw new RangeError(`there are only ${entries.length} entries`);
    return entries.slice(0, size);
  };
  return {
    proveConsistency: async (oldSize, size) => consistencyOf(oldSize, first(size)),
    publishedSize: async () => entries.length,
    rootAt: async (size) => rootOf(first(size)),
  };
}
