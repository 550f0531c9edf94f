/**
 * A policy says by whom a checkpoint must be signed and cosigned to be believed. Its file is
 * https://c2sp.org/tlog-policy, one statement a line, each about names that stand above it:
 *
 *     log <verifier key> [<url>]
 *     witness <name> <verifier key> [<url>]
 *     group <name> all|any|<k> <name of a witness or group>…
 *     quorum <name>|none
 */
import { LedgerError } from "../error.ts";
import { asCosignerKey, type CosignerKey } from "./cosigner-key.ts";
import { parseDecimal } from "./decimal.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { KEY_TYPE, parseTypedKey, type TypedKey } from "./typed-key.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";
import type { VerifierKey } from "./verifier-key.ts";

export interface WitnessPolicy {
  /** Empty: which log is meant is known from elsewhere. */
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** `undefined` asks for no cosignature at all: `quorum none`. */
  readonly quorum: PolicyWitness | PolicyGroup | undefined;
}

export interface PolicyLog {
  /** `undefined` where we cannot check the signatures of this kind of key. */
  readonly key: VerifierKey | undefined;
  readonly name: string;
  readonly url?: string;
}

export interface PolicyWitness {
  readonly kind: "witness";
  /** `undefined` where we cannot check its cosignatures: it then counts as one that never cosigns. */
  readonly key: CosignerKey | undefined;
  /** What this policy calls it, which need not be the name of its key. */
  readonly name: string;
  readonly url?: string;
}

export interface PolicyGroup {
  readonly kind: "group";
  readonly members: readonly (PolicyWitness | PolicyGroup)[];
  readonly name: string;
  /** How many members must have cosigned. */
  readonly threshold: number;
}

/** The specification asks for 32 of each. More witnesses than a note may have signatures could never all cosign. */
const DEFINITIONS_MAX = 64;
const POLICY_BYTES_MAX = 1_000_000;

/** @throws LedgerError POLICY_MALFORMED, with the line */
export async function parseWitnessPolicy(
  policy: string | Uint8Array,
  primitives: Primitives = webPrimitives,
): Promise<WitnessPolicy> {
  const bytes = typeof policy === "string" ? encodeUtf8(policy) : policy;
  if (bytes.length > POLICY_BYTES_MAX) throw malformed("it is too long");
  const reading = new Reading(primitives);
  for (const [at, line] of linesOf(bytes).entries()) {
    try {
      await reading.take(line.split(/[ \t]+/).filter((word) => word !== ""));
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      throw malformed(`line ${at + 1}: ${error.message}`, error);
    }
  }
  return reading.result();
}

/** The lines that say something, with one character for each byte: names are bytes, and compared as such. */
function linesOf(bytes: Uint8Array): string[] {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return text.split("\n").map((line, at) => {
    if (/[\0-\x08\x0b-\x1f\x7f]/.test(line)) throw malformed(`line ${at + 1}: it has a control character`);
    return /^[ \t]*#/.test(line) ? "" : line;
  });
}

class Reading {
  readonly #primitives: Primitives;
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #defined = new Map<string, PolicyWitness | PolicyGroup>();
  /** Names that are members of a group: each counts in one way only. */
  readonly #members = new Set<string>();
  readonly #logKeys = new Set<string>();
  readonly #witnessKeys = new Set<string>();
  #quorum: { readonly of: PolicyWitness | PolicyGroup | undefined } | undefined;

  constructor(primitives: Primitives) {
    this.#primitives = primitives;
  }

  async take([statement, ...words]: readonly string[]): Promise<void> {
    if (statement === undefined) return;
    if (statement === "log") await this.#log(words);
    else if (statement === "witness") await this.#witness(words);
    else if (statement === "group") this.#group(words);
    else if (statement === "quorum") this.#setQuorum(words);
    else throw malformed(`it begins with none of log, witness, group, quorum`);
  }

  result(): WitnessPolicy {
    if (this.#quorum === undefined) throw malformed("it has no quorum line");
    return { logs: this.#logs, quorum: this.#quorum.of, witnesses: this.#witnesses };
  }

  async #log(words: readonly string[]): Promise<void> {
    const [vkey, url] = words;
    if (vkey === undefined || words.length > 2)
      throw malformed("a log has a verifier key, and perhaps a URL");
    const { type, ...key } = await this.#key(vkey, this.#logKeys, "log");
    if (type === KEY_TYPE.cosignature) throw malformed("the key is that of a witness, not of a log");
    const isKnown = type === KEY_TYPE.ed25519;
    this.#logs.push({ key: isKnown ? key : undefined, name: key.name, ...addressOf(url) });
    limit(this.#logs.length, "logs");
  }

  async #witness(words: readonly string[]): Promise<void> {
    const [name, vkey, url] = words;
    if (name === undefined || vkey === undefined || words.length > 3)
      throw malformed("a witness has a name, a verifier key, and perhaps a URL");
    const typed = await this.#key(vkey, this.#witnessKeys, "witness");
    const key = typed.type === KEY_TYPE.mlDsa44 ? undefined : asCosignerKey(typed);
    const witness = { key, kind: "witness", name: shown(name), ...addressOf(url) } as const;
    this.#define(name, witness);
    this.#witnesses.push(witness);
    limit(this.#witnesses.length, "witnesses");
  }

  async #key(text: string, seen: Set<string>, what: string): Promise<TypedKey> {
    const key = await parseTypedKey(shown(text), this.#primitives);
    const material = key.publicKey.join();
    // Under two names, one party could be counted as two.
    if (seen.has(material)) throw malformed(`another ${what} has the same key`);
    seen.add(material);
    return key;
  }

  #group([name, rule, ...members]: readonly string[]): void {
    if (name === undefined || rule === undefined || members.length === 0)
      throw malformed("a group has a name, then all, any or a number, and then its members");
    const found = members.map((member) => {
      const definition = this.#defined.get(member) ?? refuseUnknown(member);
      if (this.#members.has(member)) throw malformed(`${quoted(member)} is a member already`);
      this.#members.add(member);
      return definition;
    });
    const threshold = rule === "all" ? found.length : rule === "any" ? 1 : parseDecimal(rule);
    if (threshold === undefined || threshold < 1 || threshold > found.length)
      throw malformed(`${quoted(rule)} is not all, any, or a number from 1 to ${found.length}`);
    this.#define(name, { kind: "group", members: found, name: shown(name), threshold });
    limit(this.#defined.size - this.#witnesses.length, "groups");
  }

  #setQuorum([name, ...more]: readonly string[]): void {
    if (name === undefined || more.length > 0) throw malformed("a quorum has one name");
    if (this.#quorum !== undefined) throw malformed("there is a quorum already");
    this.#quorum = { of: name === "none" ? undefined : (this.#defined.get(name) ?? refuseUnknown(name)) };
  }

  #define(name: string, definition: PolicyWitness | PolicyGroup): void {
    if (name === "none") throw malformed("nothing may be called none");
    if (this.#defined.has(name)) throw malformed(`${quoted(name)} is defined already`);
    this.#defined.set(name, definition);
  }
}

function addressOf(url: string | undefined): { url?: string } {
  return url === undefined ? {} : { url: shown(url) };
}

/** The text of a word. One that is not UTF-8 is shown byte by byte. */
function shown(word: string): string {
  return decodeUtf8(Uint8Array.from(word, (character) => character.charCodeAt(0))) ?? word;
}

function quoted(word: string): string {
  return JSON.stringify(shown(word));
}

function limit(count: number, what: string): void {
  if (count > DEFINITIONS_MAX) throw malformed(`it has more than ${DEFINITIONS_MAX} ${what}`);
}

function refuseUnknown(name: string): never {
  throw malformed(`nothing above is called ${quoted(name)}`);
}

function malformed(why: string, cause?: unknown): LedgerError {
  return new LedgerError("POLICY_MALFORMED", why, { cause });
}
