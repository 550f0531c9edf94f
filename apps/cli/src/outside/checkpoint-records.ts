import type { RecordDraft } from "@custody/domain";
import { HttpProblem } from "@custody/server";
import { checkpointRecord } from "./checkpoint-record.ts";

export interface CheckpointRecordsOptions {
  readonly recordOne: (draft: RecordDraft) => Promise<number>;
  readonly newId: () => string;
  readonly nowUs: () => number;
}

/** Far more than all places together ever have to say. Whatever goes wrong over there must not fill the ledger here. */
const RECORDS_PER_HOUR_MAX = 200;
const HOUR_US = 3_600_000_000;

/** Writes down what the server's process says about checkpoints outside this machine. */
export class CheckpointRecords {
  readonly #options: CheckpointRecordsOptions;
  #hourUs = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(options: CheckpointRecordsOptions) {
    this.#options = options;
  }

  /** Resolves to the record's index, once it is durable. @throws HttpProblem */
  async record(body: unknown): Promise<{ readonly index: number }> {
    const { newId, nowUs, recordOne } = this.#options;
    const draft = checkpointRecord(body, newId(), nowUs());
    if (draft === undefined) throw new HttpProblem("request-invalid", "this is nothing about a checkpoint");
    if (!this.#hasRoom(nowUs()))
      throw new HttpProblem("too-many-attempts", "there were too many records about checkpoints this hour");
    try {
      return { index: await recordOne(draft) };
    } catch (error) {
      throw new HttpProblem("ledger-unavailable", `the ledger cannot write: ${(error as Error).message}`);
    }
  }

  #hasRoom(nowUs: number): boolean {
    if (Math.abs(nowUs - this.#hourUs) >= HOUR_US) {
      this.#hourUs = nowUs;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= RECORDS_PER_HOUR_MAX;
  }
}
