import type { Dialogue } from "../dialogue.ts";
import type { SimulationLimits } from "./answer.ts";
import { beginTransaction, setLimits } from "./transaction.ts";

/** What a simulation stands in, so that all of it can be taken back. */
export interface Frame {
  begin(client: Dialogue, limits: SimulationLimits): Promise<void>;
  /** Takes everything back, and leaves the connection in a transaction in which one can look. */
  undo(client: Dialogue): Promise<void>;
  /** Leaves the connection as it was before. */
  end(client: Dialogue): Promise<void>;
}

/** A transaction, where none is open. */
export const transactionFrame: Frame = {
  begin: beginTransaction,
  async undo(client) {
    await client.rollBack();
    await client.rows("BEGIN READ ONLY");
  },
  async end(client) {
    await client.rollBack();
  },
};

/** A savepoint in the transaction that is open, whose uncommitted rows and temporary tables count. */
export const savepointFrame: Frame = {
  async begin(client, limits) {
    await client.rows("SAVEPOINT custody_frame");
    await setLimits(client, limits);
  },
  async undo(client) {
    await client.rows("ROLLBACK TO SAVEPOINT custody_frame");
  },
  async end(client) {
    await client.rows("ROLLBACK TO SAVEPOINT custody_frame");
    await client.rows("RELEASE SAVEPOINT custody_frame");
  },
};
