import { join } from "node:path";
import type { LedgerReader } from "@custody/ledger";

export interface IndexOptions {
  /** The file; others of the same name with endings stand beside it. */
  readonly path: string;
  /** 32 bytes, see `LedgerReader.deriveKey`. */
  readonly key: Buffer;
  readonly reader: LedgerReader;
  /** How many rows share tables in a file that is made. Tests have fewer, so that there are several parts. */
  readonly partRows?: number;
}

/** Where the index of a ledger stands, and what opens it: whoever keeps it and whoever looks at it must agree. */
export function indexOptionsFor(directory: string, reader: LedgerReader): IndexOptions {
  return { key: reader.deriveKey("custody/index/v1"), path: join(directory, "index", "records.db"), reader };
}
