import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LedgerError } from "@custody/ledger";

/** Where a token or a credential is: in an environment variable, or in a file. */
export type SecretPlace = { readonly env: string } | { readonly file: string };

/** What places are looked for in. A package does not read the environment by itself. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly folder: string;
}

/**
 * Reads it anew each time, since tokens are renewed. `what` names it in the error.
 *
 * @throws LedgerError MASTER_KEY_UNAVAILABLE
 */
export async function readSecret(place: SecretPlace, what: string, around: Surroundings): Promise<string> {
  const text = "env" in place ? around.variables[place.env] : await readText(place.file, what, around);
  const secret = text?.trim();
  // A line break in it would be another header of the request that it goes into.
  if (secret !== undefined && /^[\x21-\x7e]+$/.test(secret)) return secret;
  const where = "env" in place ? `the variable ${place.env}` : resolve(around.folder, place.file);
  const state = secret ? "is no token of printable characters" : "in it is nothing";
  throw missing("env" in place && !secret ? `${what}: ${where} is not set` : `${what}: ${where}: ${state}`);
}

async function readText(file: string, what: string, { folder }: Surroundings): Promise<string> {
  const path = resolve(folder, file);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw missing(`${what}: ${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

function missing(what: string, cause?: unknown): LedgerError {
  return new LedgerError(
    "MASTER_KEY_UNAVAILABLE",
    `the master key cannot be asked for, ${what} — see masterKey in docs/keys.md`,
    { cause },
  );
}
