import type { Duplex } from "node:stream";
import { CaptureError } from "../../error.ts";
import { ServerClient } from "../server-client.ts";
import type { UpstreamDoor } from "../upstream-door.ts";
import type { CatalogueQuery } from "./ask-catalogue.ts";

/** A question that takes longer is no answer: somebody's statement waits for it. */
const ANSWER_MS_MAX = 2_000;

/** A connection that nobody asks for so long is given back to the server. */
const IDLE_MS = 30_000;

/**
 * The connection of Custody's own by which the catalogue of one database is asked: opened when first needed, one question
 * after the other, closed when idle. It signs in with the agents' own role, so names mean the same to it.
 */
export class CatalogueConnection {
  readonly #door: UpstreamDoor;
  readonly #check: (server: Duplex) => Promise<void>;
  #client: Promise<ServerClient> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `check` throws when another server answers than the one that the agents are connected to. */
  constructor(door: UpstreamDoor, check: (server: Duplex) => Promise<void>) {
    this.#door = door;
    this.#check = check;
  }

  /** Rejects with what the server says, or when it does not answer in time. */
  readonly query: CatalogueQuery = (sql, parameters) => {
    const answer = this.#turn.then(() => this.#ask(sql, parameters));
    this.#turn = answer.catch(() => {});
    return answer;
  };

  /** Nobody needs it now: a connection that is left open is in the way of whoever wants to drop the database. */
  async rest(): Promise<void> {
    await this.#turn;
    await this.#leave();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.rest();
  }

  async #ask(sql: string, parameters: readonly string[]): ReturnType<CatalogueQuery> {
    if (this.#isClosed) throw new CaptureError("UPSTREAM_UNREACHABLE", "Custody is shutting down");
    clearTimeout(this.#idle);
    this.#client ??= ServerClient.open(this.#door, settings, this.#check);
    const opening = this.#client;
    try {
      return await inTime(opening.then((client) => client.rows(sql, parameters)));
    } catch (error) {
      // Whatever state it is in: the next question gets a connection that is sound.
      this.#client = undefined;
      void opening.then((client) => client.abort()).catch(() => {});
      throw error;
    } finally {
      this.#idle = setTimeout(() => void this.#leave(), IDLE_MS).unref();
    }
  }

  async #leave(): Promise<void> {
    clearTimeout(this.#idle);
    const client = this.#client;
    this.#client = undefined;
    await client?.then((open) => open.close()).catch(() => {});
  }
}

/** Nothing else: a pooler refuses settings that it does not know, and would lend one of ours to others. */
const settings = [{ name: "application_name", value: "custody catalogue" }];

function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `the catalogue did not answer within ${ANSWER_MS_MAX} ms`;
    timer = setTimeout(() => reject(new CaptureError("UPSTREAM_UNREACHABLE", message)), ANSWER_MS_MAX);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
