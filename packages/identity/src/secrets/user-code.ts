import { randomInt } from "node:crypto";

/** Consonants only, so that no word comes of it: RFC 8628, section 6.1. 20^8 is 34 bits, for ten minutes. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
const LENGTH = 8;

/** What a person reads from one screen and types into another: `WDJB-MJHT`. */
export function makeUserCode(): string {
  const code = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** As it was made, from whatever somebody typed. */
export function readUserCode(text: string): string {
  const code = text.toUpperCase().replaceAll(/[^A-Z]/g, "");
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
