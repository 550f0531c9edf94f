import { pbkdf2, pbkdf2Sync } from "node:crypto";
import { promisify } from "node:util";
import { WireError } from "../error.ts";
import { keyBytes } from "./keys.ts";
import { preparePassword } from "./password-preparation.ts";

/**
 * A server chooses how long its client computes. Above this, some seconds of one core, it is an attack and not a
 * precaution. There is no lower limit but one: servers may be set lower than the 4,096 that RFC 7677 advises.
 */
export const iterationsMax = 10_000_000;

/** What SCRAM calls SaltedPassword depends on. */
export type SaltedPasswordInput = {
  readonly password: string;
  readonly salt: Buffer;
  readonly iterations: number;
};

const pbkdf2Async = promisify(pbkdf2);

/** Computes SaltedPassword on another thread, so that no statement of other connections waits for it. */
export async function saltPassword(input: SaltedPasswordInput): Promise<Buffer> {
  requireIterations(input.iterations);
  return pbkdf2Async(preparePassword(input.password), input.salt, input.iterations, keyBytes, "sha256");
}

/** Computes SaltedPassword while everything waits: some milliseconds for every 4,096 iterations. */
export function saltPasswordSync(input: SaltedPasswordInput): Buffer {
  requireIterations(input.iterations);
  return pbkdf2Sync(preparePassword(input.password), input.salt, input.iterations, keyBytes, "sha256");
}

/** Checks a count before anything is computed with it. */
export function requireIterations(iterations: number): void {
  if (Number.isInteger(iterations) && iterations >= 1 && iterations <= iterationsMax) return;
  throw new WireError("SCRAM_ITERATIONS_REFUSED", `The iteration count is not from 1 to ${iterationsMax}.`);
}
