import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { encodeCopyDone, encodeQuery, FrameScanner, frameTable, makeQuery } from "@custody/wire/postgres";
import { WireClient } from "./wire-client.ts";

/** What this client looks at: only where an answer ends. Rows and data are walked over. */
const bulkFrames = frameTable({ deliver: "CEGHSTZNc", pass: "D", stream: "d" });

const batchBytes = 256 * 1024;

/** A client that keeps nothing of what it sends and receives. */
export class BulkClient {
  readonly #wire: WireClient;
  readonly #socket: Socket;
  #rows = 0;
  #digest = "";
  #error: string | undefined;

  private constructor(wire: WireClient) {
    this.#wire = wire;
    this.#socket = wire.socket;
    this.#socket.removeAllListeners("data");
  }

  static async connect(url: string): Promise<BulkClient> {
    return new BulkClient(await WireClient.connect(url));
  }

  /** SHA-256 of the bytes of the last answer. */
  get digest(): string {
    return this.#digest;
  }

  /** Rows of the last answer. */
  get rows(): number {
    return this.#rows;
  }

  /** Sends `row` as CopyData, `count` times, as fast as the other side takes it. */
  async copyIn(sql: string, row: Buffer, count: number): Promise<void> {
    const message = Buffer.alloc(5 + row.length, "d");
    message.writeInt32BE(4 + row.length, 1);
    row.copy(message, 5);
    const perBatch = Math.max(1, Math.floor(batchBytes / message.length));
    const batch = Buffer.concat(Array.from({ length: perBatch }, () => message));
    const answered = this.#untilReady();
    this.#socket.write(encodeQuery(makeQuery(sql)));
    for (let left = count; left > 0; left -= perBatch) {
      const piece = left >= perBatch ? batch : batch.subarray(0, left * message.length);
      if (!this.#socket.write(piece)) await new Promise((resolve) => this.#socket.once("drain", resolve));
    }
    this.#socket.write(encodeCopyDone());
    await answered;
  }

  /** Runs a query and drops its answer, whose size it returns. `pace` may hold the reading up. */
  async drain(sql: string, pace?: (chunks: number) => Promise<unknown> | undefined): Promise<number> {
    const answered = this.#untilReady(pace);
    this.#socket.write(encodeQuery(makeQuery(sql)));
    return answered;
  }

  async end(): Promise<void> {
    await this.#wire.close();
  }

  #untilReady(pace?: (chunks: number) => Promise<unknown> | undefined): Promise<number> {
    const scanner = new FrameScanner(bulkFrames);
    const hash = createHash("sha256");
    let bytes = 0;
    let chunks = 0;
    this.#rows = 0;
    this.#error = undefined;
    return new Promise((resolve, reject) => {
      const onData = (chunk: Buffer): void => {
        bytes += chunk.length;
        hash.update(chunk);
        chunks += 1;
        scanner.scan(chunk, {
          onMessage: (type, raw) => {
            if (type === 0x45) this.#error = raw.toString("latin1");
            if (type !== 0x5a) return;
            this.#socket.off("data", onData);
            this.#digest = hash.digest("hex");
            if (this.#error === undefined) resolve(bytes);
            else reject(new Error(this.#error));
          },
          onPassed: (type) => {
            if (type === 0x44) this.#rows += 1;
          },
          onPayload: () => {},
        });
        const wait = pace?.(chunks);
        if (wait === undefined) return;
        this.#socket.pause();
        void wait.then(() => this.#socket.resume());
      };
      this.#socket.on("data", onData);
    });
  }
}
