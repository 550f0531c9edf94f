import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { type FoundSecret, joinFound } from "./found-secret.ts";
import { type FoundKnown, KnownValues } from "./known/known-values.ts";
import { formatMark } from "./mark.ts";
import { type Scan, scanForms, scanShown } from "./scan.ts";
import { escapesIn, withoutEscapes } from "./terminal/without-escapes.ts";

const KEY_LENGTH_MIN = 16;
/** What was hidden beside another secret may only be seen once that is gone; more often than this, nothing appears. */
const ROUNDS_MAX = 8;

type Found = FoundSecret & Partial<FoundKnown>;

/**
 * Puts a mark in the place of each secret: `[secret:<kind>:<hash>]`, where the hash is the first twelve hexadecimal
 * digits of HMAC-SHA256 under the key. So one sees that two places have the same secret, and nobody without the key
 * can try which it is.
 */
export class Redactor {
  readonly #key: Uint8Array;
  readonly #known = new KnownValues();

  /**
   * @param options.key - at least 16 random bytes; the same key gives the same marks.
   * @param options.known - values that are secret, with the names that their marks have.
   * @throws RangeError when the key is too short.
   */
  constructor({ key, known = [] }: { key: Uint8Array; known?: readonly { name: string; value: string }[] }) {
    if (key.length < KEY_LENGTH_MIN) throw new RangeError(`the key has less than ${KEY_LENGTH_MIN} bytes`);
    this.#key = Uint8Array.from(key);
    for (const { name, value } of known) this.addKnown(name, value);
  }

  /**
   * From now on this value is found anywhere, also as it is written in addresses, in JSON and in base64. One of less
   * than eight characters is not looked for.
   */
  addKnown(name: string, value: string): void {
    this.#known.add(name, value);
  }

  /** The text with a mark for each secret. Redacting again changes nothing. */
  redact(text: string): string {
    let redacted = text;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const { found } = this.scan(redacted);
      if (found.length === 0) break;
      redacted = this.replace(redacted, found);
    }
    return redacted;
  }

  /** The same of a member's value, which its name may give away: `password`, `apiKey`. */
  redactValue(name: string, value: string): string {
    const named = `${name}=`;
    const redacted = this.redact(named + value);
    return redacted.startsWith(named) ? redacted.slice(named.length) : this.redact(value);
  }

  /** What a text has, sorted and without overlaps, and where a secret that is not complete yet may begin. */
  scan(text: string): Scan<Found> {
    const forms: Scan<Found> = scanShown(text, scanForms);
    const known = scanShown(text, (each) => this.#known.scan(each));
    return {
      found: joinFound([...known.found, ...forms.found]),
      openFrom: Math.min(forms.openFrom, known.openFrom),
    };
  }

  /**
   * The text between two places with marks for what was found. A secret that begins before `from` has its mark there.
   * Escapes of a terminal that stood within a secret are kept after its mark, or the screen would change.
   */
  replace(text: string, found: readonly Found[], from = 0, until: number = text.length): string {
    const pieces: string[] = [];
    let done = from;
    for (const each of found) {
      const start = Math.max(done, each.start);
      pieces.push(text.slice(done, start), this.#markOf(text, each), escapesIn(text.slice(start, each.end)));
      done = each.end;
    }
    pieces.push(text.slice(done, until));
    return pieces.join("");
  }

  #markOf(text: string, { end, kind, start, value }: Found): string {
    const asIs = text.slice(start, end);
    const secret = value ?? withoutEscapes(asIs)?.plain ?? asIs;
    return formatMark(kind, bytesToHex(hmac(sha256, this.#key, utf8ToBytes(secret))).slice(0, 12));
  }
}
