import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { digestOf, isSameText, makeSecret } from "@custody/identity";
import { z } from "zod";

export const TICKET_TTL_MS: number = 10 * 60_000;

/** Nobody finishes so many within ten minutes; the oldest is forgotten, and its code is used up at the provider. */
const USED_MAX = 10_000;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A sign-in that was begun: what its end is held against. */
export interface Ticket {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636, section 4.1. */
  readonly verifier: string;
}

const sealedSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  keyDigest: z.string(),
  expiresMs: z.number(),
});

/**
 * Sign-ins that were begun at a provider. A browser carries its own, sealed, in two halves: a cookie that no script can read,
 * and a key that the page keeps for its own origin, since cookies go to every port of a host and can be set from there. So
 * whoever begins many fills no memory of ours, and takes nobody's place. Each is finished once, by the process that began it.
 */
export class Tickets {
  readonly #key = randomBytes(32);
  /** By state: until when it must be known that it was used. */
  readonly #used = new Map<string, number>();

  seal(ticket: Ticket, nowMs: number): { readonly cookie: string; readonly key: string } {
    const key = makeSecret();
    const text = JSON.stringify({ ...ticket, expiresMs: nowMs + TICKET_TTL_MS, keyDigest: digestOf(key) });
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const sealed = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return { cookie: sealed.toString("base64url"), key };
  }

  /** The ticket, once; undefined when these are not its halves, when it is of another state, or too old, or used. */
  use(cookie: string, key: string, state: string, nowMs: number): Ticket | undefined {
    const ticket = this.#open(cookie);
    if (ticket === undefined || !isSameText(ticket.keyDigest, digestOf(key))) return undefined;
    if (!isSameText(ticket.state, state) || ticket.expiresMs <= nowMs) return undefined;
    for (const [used, untilMs] of this.#used)
      if (untilMs <= nowMs || this.#used.size >= USED_MAX) this.#used.delete(used);
    if (this.#used.has(ticket.state)) return undefined;
    this.#used.set(ticket.state, ticket.expiresMs);
    return ticket;
  }

  #open(cookie: string): z.infer<typeof sealedSchema> | undefined {
    try {
      const sealed = Buffer.from(cookie, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", this.#key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8");
      return sealedSchema.parse(JSON.parse(text + decipher.final("utf8")));
    } catch {
      return undefined;
    }
  }
}
