import { keysOf } from "./keys.ts";
import { saltPasswordSync } from "./salted-password.ts";

/**
 * What a server keeps instead of a password. Whoever reads it can pretend to be the server to a client, and can
 * guess passwords offline, but cannot sign in with it.
 */
export type ScramVerifier = {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
};

/**
 * Makes a verifier, computing while everything waits.
 *
 * Iterations slow down guessing, so a random 256-bit token needs none to be safe. Some clients refuse fewer than
 * 4,096 all the same, the lowest that RFC 7677 advises. The salt must be random and not empty; 16 bytes are usual.
 */
export function makeScramVerifier(password: string, salt: Buffer, iterations: number): ScramVerifier {
  const { storedKey, serverKey } = keysOf(saltPasswordSync({ password, salt, iterations }));
  return { iterations, salt, storedKey, serverKey };
}
