import { createHmac, randomBytes } from "node:crypto";
import { fromBase32, toBase32 } from "./base32.ts";
import { isSameText } from "./one-time-secret.ts";

/** RFC 6238 as every authenticator program has it: SHA-1, 30 seconds, six digits. */
const STEP_MS = 30_000;
const DIGITS = 6;

/** RFC 4226, section 4: at least 128 bits, 160 recommended. */
const SECRET_BYTES = 20;

/** A code of the step before or after counts too, for clocks that differ. */
const DRIFT_STEPS = 1;

/** A secret in base32. */
export function makeTotpSecret(): string {
  return toBase32(randomBytes(SECRET_BYTES));
}

/** Whether it is a secret as `makeTotpSecret` makes them. */
export function isTotpSecret(text: string): boolean {
  return fromBase32(text)?.length === SECRET_BYTES;
}

/** The code of one step, by RFC 4226, section 5.3. */
export function totpCode(secret: string, step: number, digits: number = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", fromBase32(secret) ?? new Uint8Array())
    .update(counter)
    .digest();
  const offset = (mac[mac.length - 1] as number) & 15;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/** The step that a code is of; undefined when it is wrong, or not newer than the step that was used last. */
export function totpStep(
  secret: string,
  code: string,
  nowMs: number,
  usedStep: number = Number.NEGATIVE_INFINITY,
): number | undefined {
  const now = Math.floor(nowMs / STEP_MS);
  const given = code.replaceAll(" ", "");
  let found: number | undefined;
  // All are compared, so that time does not tell which one fits.
  for (let step = now - DRIFT_STEPS; step <= now + DRIFT_STEPS; step += 1)
    if (isSameText(totpCode(secret, step), given) && step > usedStep) found ??= step;
  return found;
}

/** What an authenticator program reads, as a text or out of a picture. */
export function otpauthUri(secret: string, name: string, issuer: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(name)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
}
