import { decodeErrorResponse, encodeClose } from "@custody/wire/postgres";
import { AnswerQueue } from "./answer-queue.ts";
import { RelayedAnswer } from "./bounded/relayed-answer.ts";
import type { DialogueStream } from "./dialogue-stream.ts";
import { question, questionsEnd, segmentEnd } from "./inject.ts";
import { StatementFailure } from "./server-failure.ts";
import { type ServerAnswer, StatementAnswer } from "./statement-answer.ts";

/** Far more cancellations than a client has on their way at once. */
export const ROLLBACKS_MAX = 1000;

/**
 * Statements on a connection to a server. Whoever waits for each answer has them one after the other; what is sent before that
 * is answered in its order.
 *
 * Everything goes by the extended protocol, in which the server itself sees to it that a message holds one statement.
 */
export class Dialogue {
  readonly #stream: DialogueStream;
  readonly #answers: AnswerQueue;

  constructor(stream: DialogueStream) {
    this.#stream = stream;
    this.#answers = new AnswerQueue(stream);
  }

  /** Runs one statement and counts its rows. `types` are object ids, 0 for what the server finds out. @throws ConnectionLost */
  run(
    sql: string,
    parameters: readonly (string | null)[] = [],
    types: readonly number[] = [],
  ): Promise<ServerAnswer> {
    return this.#ask(sql, parameters, types, false);
  }

  /** Asks something of our own. @throws ConnectionLost, RowTooLong, StatementFailure */
  async rows(sql: string, parameters: readonly (string | null)[] = []): Promise<ServerAnswer["rows"]> {
    const answer = await this.#ask(sql, parameters, [], true);
    if (answer.error !== undefined) throw new StatementFailure(answer.error, answer.errorRaw);
    return answer.rows;
  }

  /**
   * Ends the transaction. A cancellation that comes late meets this too, and leaves the transaction open; so it is said again.
   *
   * @throws ConnectionLost, StatementFailure
   */
  async rollBack(): Promise<void> {
    for (let left = ROLLBACKS_MAX; ; left -= 1) {
      const { error, errorRaw } = await this.run("ROLLBACK");
      if (error === undefined) return;
      if (left === 0) throw new StatementFailure(error, errorRaw);
    }
  }

  /**
   * Sends messages that are not ours, of which the last is a Query or a Sync, and keeps whatever is answered.
   *
   * @throws ConnectionLost
   */
  relay(messages: readonly Buffer[]): Promise<RelayedAnswer> {
    for (const bytes of messages) this.#stream.write(bytes);
    return this.#answers.next(new RelayedAnswer());
  }

  /**
   * Runs a statement of ours that makes code of others run, and returns what notices that raised, as they came.
   *
   * @throws ConnectionLost, StatementFailure
   */
  async notices(sql: string): Promise<readonly Buffer[]> {
    const answer = await this.relay([Buffer.concat([questionsEnd, question(sql), segmentEnd])]);
    if (answer.error === undefined) return answer.notices();
    throw new StatementFailure(decodeErrorResponse(answer.error.subarray(5)).fields, answer.error);
  }

  /** What whoever the connection goes on to serve has to be told of its settings, as the server would have told it. */
  takeStatuses(): readonly Buffer[] {
    return this.#stream.takeStatuses?.() ?? [];
  }

  /** Takes statements away that messages of somebody else have prepared. @throws ConnectionLost */
  async forget(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const closes = names.map((name) => encodeClose({ name, target: "statement", type: "close" }));
    await this.relay([Buffer.concat([...closes, segmentEnd])]);
  }

  /** Leaves nothing behind on a connection that goes on to serve somebody else. @throws ConnectionLost */
  async leave(): Promise<void> {
    this.#stream.write(Buffer.concat([questionsEnd, segmentEnd]));
    await this.#answers.next(new StatementAnswer(this.#stream, false));
  }

  async #ask(
    sql: string,
    parameters: readonly (string | null)[],
    types: readonly number[],
    keepsRows: boolean,
  ): Promise<ServerAnswer> {
    // What the last one has left goes first: behind an error the server would have skipped it.
    this.#stream.write(Buffer.concat([questionsEnd, question(sql, parameters, types), segmentEnd]));
    const answer = await this.#answers.next(new StatementAnswer(this.#stream, keepsRows));
    return answer.said();
  }
}
