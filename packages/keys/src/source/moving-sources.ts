import { existsSync } from "node:fs";
import { type KeySource, LedgerError } from "@custody/ledger";
import type { OpenedKeySource } from "./open-key-source.ts";

interface Moving {
  readonly formerly: readonly KeySource[];
  /** The present source keeps a file that a former one may have sealed. */
  readonly isSealed: boolean;
  /** Where a key would lie that nobody configured; undefined when that is the place in force. */
  readonly forgottenFile: string | undefined;
}

/**
 * Puts the present source before the former ones, so that a ledger can move between any two of them.
 *
 * Sealers share one file. So while former ones are named, what the present one does not open may be theirs, and counts
 * as nothing of its own; should nothing else fit either, what was wrong is said at the end.
 */
export function movingSources(
  source: KeySource,
  { forgottenFile, formerly, isSealed }: Moving,
): Omit<OpenedKeySource, "keyFile"> {
  let foreign: unknown;
  const ownOnly = (read: () => Promise<Buffer | undefined>) => async () => {
    try {
      return await read();
    } catch (error) {
      if (!isForeign(error)) throw error;
      foreign ??= error;
      return undefined;
    }
  };
  const { description, rotation } = source;
  const keySource =
    isSealed && formerly.length > 0 && rotation !== undefined
      ? {
          description,
          read: ownOnly(source.read),
          rotation: { ...rotation, readPrepared: ownOnly(rotation.readPrepared) },
        }
      : source;
  const atLast: KeySource = {
    description: "no other place",
    async read() {
      if (foreign !== undefined) throw foreign;
      if (forgottenFile !== undefined && formerly.length === 0 && existsSync(forgottenFile))
        throw forgotten(description, forgottenFile);
      return undefined;
    },
  };
  return { keySource, previousKeySources: [...formerly, atLast] };
}

function isForeign(error: unknown): boolean {
  return error instanceof LedgerError && ["MASTER_KEY_MALFORMED", "MASTER_KEY_WRONG"].includes(error.code);
}

function forgotten(description: string, file: string): LedgerError {
  return new LedgerError(
    "MASTER_KEY_MALFORMED",
    `the master key is not kept by ${description} yet, but there is ${file}: to move it, write \`previous: [{ file: ${file} }]\` below masterKey in custody.yaml`,
  );
}
