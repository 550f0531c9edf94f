import type { RecordDraft } from "@custody/domain";
import type { Principal } from "../access/principal.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { IdentityRecord } from "../state/apply-record.ts";
import type { Directory } from "../state/directory.ts";
import type { Fact } from "./drafts.ts";

/** What the parts of the book work with. */
export interface BookParts {
  readonly directory: Directory;
  readonly sealer: Sealer;
  readonly newId: () => string;
  readonly nowMs: () => number;
  /** Resolves once the fact is on record, durably, and in force. */
  readonly record: (fact: Fact, by: Principal) => Promise<void>;
}

export interface BookOptions {
  readonly directory: Directory;
  readonly sealer: Sealer;
  readonly newId: () => string;
  readonly nowUs: () => number;
  /** Resolves once it is durable, to where it stands in the ledger. */
  readonly recordOne: (draft: RecordDraft) => Promise<number>;
  /** Told of each record that is in force now. */
  readonly onRecord: (record: IdentityRecord) => void;
}
