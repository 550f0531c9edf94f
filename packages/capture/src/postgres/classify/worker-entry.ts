import { parentPort } from "node:worker_threads";
import { CaptureError } from "../../error.ts";
import { classifyAnew } from "./classify-anew.ts";
import { loadParser } from "./parser.ts";
import { sourceText } from "./source-text.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker.ts";

// The thread behind classifyInWorker: it answers in order, and dies of whatever is not a plain refusal.
parentPort?.on("message", async (request: WorkerRequest) => {
  await loadParser();
  parentPort?.postMessage(answer(request));
});

function answer({ id, sql, context }: WorkerRequest): WorkerAnswer {
  try {
    // A Buffer arrives as the plain Uint8Array that it is.
    const source = sourceText(
      typeof sql === "string" ? sql : Buffer.from(sql.buffer, sql.byteOffset, sql.length),
    );
    return { id, statements: classifyAnew(source, context).statements };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const { code, message, position } = error;
    return { id, refusal: { code, message, ...(position === undefined ? {} : { position }) } };
  }
}
