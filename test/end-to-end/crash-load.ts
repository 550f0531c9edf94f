import { createHash } from "node:crypto";
import { once } from "node:events";
import { Client } from "pg";
import postgres from "postgres";

/** What the load knows of a row: was it acknowledged, and how was it sent. */
export interface SentRow {
  readonly id: number;
  /** SHA-256 of the COPY data that it was part of; undefined when its id was a bound value. */
  readonly copy?: string;
  isAcknowledged: boolean;
}

/** Agents that insert rows with ids of their own in every way there is, until the connection breaks. */
export class CrashLoad {
  readonly rows = new Map<number, SentRow>();
  #nextId = 1;
  #isOver = false;

  /** Runs all agents at once; resolves when each has lost its connection or `stop` was called. */
  async run(url: string): Promise<void> {
    this.#isOver = false;
    const agents = [
      this.#autocommit(url),
      this.#transactions(url),
      this.#transactions(url),
      this.#pipelines(url),
      this.#copies(url),
    ];
    await Promise.all(agents.map((agent) => agent.catch(() => {})));
  }

  stop(): void {
    this.#isOver = true;
  }

  #send(count: number, copy?: string): SentRow[] {
    return Array.from({ length: count }, () => {
      const row: SentRow = {
        id: this.#nextId++,
        ...(copy === undefined ? {} : { copy }),
        isAcknowledged: false,
      };
      this.rows.set(row.id, row);
      return row;
    });
  }

  async #autocommit(url: string): Promise<void> {
    const client = await connect(url);
    while (!this.#isOver) {
      const [row] = this.#send(1);
      await client.query("INSERT INTO w (id, v) VALUES ($1, $2)", [row?.id, "autocommit"]);
      acknowledge(row);
    }
    await client.end();
  }

  async #transactions(url: string): Promise<void> {
    const client = await connect(url);
    while (!this.#isOver) {
      const rows = this.#send(3);
      await client.query("BEGIN");
      for (const { id } of rows)
        await client.query("INSERT INTO w (id, v) VALUES ($1, $2)", [id, "transaction"]);
      await client.query("COMMIT");
      for (const row of rows) acknowledge(row);
    }
    await client.end();
  }

  async #pipelines(url: string): Promise<void> {
    const sql = postgres(url, driverOptions);
    try {
      while (!this.#isOver) {
        const rows = this.#send(5);
        await Promise.all(
          rows.map(async (row) => {
            await sql`INSERT INTO w (id, v) VALUES (${row.id}, ${"pipeline"})`;
            acknowledge(row);
          }),
        );
      }
    } finally {
      await sql.end({ timeout: 0 }).catch(() => {});
    }
  }

  async #copies(url: string): Promise<void> {
    const sql = postgres(url, driverOptions);
    try {
      while (!this.#isOver) {
        const first = this.#nextId;
        const data = Array.from({ length: 20 }, (_, at) => `${first + at}\tcopy\n`).join("");
        const rows = this.#send(20, createHash("sha256").update(data).digest("hex"));
        const stream = await sql`COPY w (id, v) FROM STDIN`.writable();
        stream.end(data);
        await once(stream, "finish");
        for (const row of rows) acknowledge(row);
      }
    } finally {
      await sql.end({ timeout: 0 }).catch(() => {});
    }
  }
}

/** Without `fetch_types` the driver sends nothing that nobody awaits, and whose failure nobody would hear. */
const driverOptions = { max: 1, connect_timeout: 5, fetch_types: false, onnotice: () => {} };

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  return client;
}

function acknowledge(row: SentRow | undefined): void {
  if (row) row.isAcknowledged = true;
}
