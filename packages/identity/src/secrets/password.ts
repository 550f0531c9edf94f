import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { IdentityError } from "../error.ts";

/**
 * What is kept of a password. The cost stands beside the hash, so that it can be raised later and what is there still
 * be checked. Bytes are base64.
 */
export interface PasswordVerifier {
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly hash: string;
}

/** 32 MiB and about a third of a second: one of the equally strong choices of OWASP's Password Storage Cheat Sheet. */
const COST = { n: 32_768, p: 3, r: 8 } as const;

/** Limits of what a record may ask of us. */
const COST_MAX = { n: 1_048_576, p: 16, r: 32 } as const;

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** NIST SP 800-63B asks for 8, and for 15 where a password stands alone. */
const CHARACTERS_MIN = 12;
const CHARACTERS_MAX = 256;
const DIFFERENT_MIN = 5;

/** @throws IdentityError PASSWORD_WEAK */
export function checkPassword(password: string, name: string): void {
  const characters = [...password.normalize("NFKC")];
  if (characters.length < CHARACTERS_MIN)
    throw weak(`it has fewer than ${CHARACTERS_MIN} characters; a sentence is a good one`);
  if (characters.length > CHARACTERS_MAX) throw weak(`it has more than ${CHARACTERS_MAX} characters`);
  if (new Set(characters).size < DIFFERENT_MIN) throw weak("it repeats a few characters");
  if (name.length >= 3 && password.toLowerCase().replaceAll(name.toLowerCase(), "").length < DIFFERENT_MIN)
    throw weak("it is the name");
}

function weak(why: string): IdentityError {
  return new IdentityError("PASSWORD_WEAK", `choose another password: ${why}`);
}

export async function makeVerifier(password: string): Promise<PasswordVerifier> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return { ...COST, hash: hash.toString("base64"), salt: salt.toString("base64") };
}

/** What is compared with where nobody has the name: the same work, and never the same hash. */
const NOBODY: PasswordVerifier = {
  ...COST,
  hash: Buffer.alloc(HASH_BYTES).toString("base64"),
  salt: Buffer.alloc(SALT_BYTES).toString("base64"),
};

/** Takes as long for nobody (`undefined`) as for somebody, so that time does not tell which names there are. */
export async function isPassword(verifier: PasswordVerifier | undefined, password: string): Promise<boolean> {
  const { hash, n, p, r, salt } = verifier ?? NOBODY;
  const isFit = n <= COST_MAX.n && p <= COST_MAX.p && r <= COST_MAX.r;
  const derived = await derive(password, Buffer.from(salt, "base64"), isFit ? { n, p, r } : COST);
  const expected = Buffer.from(hash, "base64");
  const isSame = expected.length === derived.length && timingSafeEqual(expected, derived);
  return isSame && isFit && verifier !== undefined;
}

/** The same letters in another encoding are the same password. */
function derive(
  password: string,
  salt: Buffer,
  { n, p, r }: { readonly n: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  const options: ScryptOptions = { N: n, maxmem: 256 * n * r, p, r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, HASH_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
