import { createHash, randomBytes } from "node:crypto";
import type { PostgresSession } from "@custody/capture/postgres";
import type { Actor, SessionIdentity } from "@custody/domain";
import { makeScramVerifier, type ScramVerifier } from "@custody/wire/scram";

/** The lowest count that common clients accept (RFC 7677); a random 256-bit token needs none to be safe. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;
const TOKEN_BYTES = 32;

/** What a record keeps of a session's secret: enough to check the token, never the token. Bytes are base64. */
export interface SessionFacts {
  readonly expiresAtUs: number;
  readonly iterations: number;
  readonly salt: string;
  readonly serverKey: string;
  readonly storedKey: string;
  /** SHA-256, which tells nothing of a random token, and finds the session of one. Records of before do not have it. */
  readonly tokenDigest?: string | undefined;
}

export interface IssuedSession {
  readonly identity: SessionIdentity;
  readonly facts: SessionFacts;
  /** Told once, to whom asked for the session. */
  readonly token: string;
}

export interface SessionRequest {
  readonly agent: string;
  readonly project: string;
  readonly ttlMs: number;
  readonly human: NonNullable<Actor["human"]>;
}

/** Which sessions may connect. A cache of the ledger's `session.started` records: see `restore`. */
export class SessionRegistry {
  readonly #nowUs: () => number;
  readonly #newId: () => string;
  readonly #sessions = new Map<string, PostgresSession>();
  readonly #byTokenDigest = new Map<string, string>();
  readonly #knownSecrets = new Map<string, readonly string[]>();

  constructor(options: { readonly nowUs: () => number; readonly newId: () => string }) {
    this.#nowUs = options.nowUs;
    this.#newId = options.newId;
  }

  /** Makes a session that cannot connect yet: it is let in by `restore`, once its record is durable. */
  issue({ agent, project, ttlMs, human }: SessionRequest): IssuedSession {
    const id = this.#newId();
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    const verifier = makeScramVerifier(token, randomBytes(SALT_BYTES), ITERATIONS);
    const expiresAtUs = this.#nowUs() + ttlMs * 1000;
    const identity = { actor: { agent: { instance: id, name: agent }, human }, id, project };
    const tokenDigest = digestOf(token);
    return { facts: { ...factsOf(verifier, expiresAtUs), tokenDigest }, identity, token };
  }

  /** Lets a session in, from what its record holds. One that has expired meanwhile is left out. */
  restore(identity: SessionIdentity, facts: SessionFacts): void {
    this.#forgetExpired();
    if (facts.expiresAtUs <= this.#nowUs()) return;
    this.#sessions.set(identity.id, {
      expiresAtUs: facts.expiresAtUs,
      identity,
      verifier: verifierOf(facts),
    });
    if (facts.tokenDigest !== undefined) this.#byTokenDigest.set(facts.tokenDigest, identity.id);
  }

  /** May still find a session that has expired: whoever lets agents in looks at `expiresAtUs`. */
  find(id: string): PostgresSession | undefined {
    return this.#sessions.get(id);
  }

  /** Whose token it is, of which this is the SHA-256 in base64; undefined for any other, and for one that has expired. */
  findByTokenDigest(digest: string): PostgresSession | undefined {
    const session = this.#sessions.get(this.#byTokenDigest.get(digest) ?? "");
    return session === undefined || session.expiresAtUs <= this.#nowUs() ? undefined : session;
  }

  /** Nobody comes in with it any more, from now on. What is connected already is for the gateway to end. */
  end(id: string): void {
    this.#sessions.delete(id);
    this.#forgetWithout();
  }

  /** What a run says that its agent knows, so that it is taken out of whatever is recorded; in memory only. */
  keepSecrets(id: string, values: readonly string[]): void {
    if (this.#sessions.has(id)) this.#knownSecrets.set(id, values);
  }

  /** Each a value as it stands in the agent's environment. */
  knownSecrets(id: string): readonly string[] {
    return this.#knownSecrets.get(id) ?? [];
  }

  /** Whose token it is; undefined for any other, and for one that has expired. */
  findByToken(token: string): SessionIdentity | undefined {
    return this.findByTokenDigest(digestOf(token))?.identity;
  }

  get size(): number {
    this.#forgetExpired();
    return this.#sessions.size;
  }

  /** So that the memory of a server that runs for months holds a day's sessions and not all of them. */
  #forgetExpired(): void {
    const nowUs = this.#nowUs();
    for (const [id, session] of this.#sessions) if (session.expiresAtUs <= nowUs) this.#sessions.delete(id);
    this.#forgetWithout();
  }

  #forgetWithout(): void {
    for (const [digest, id] of this.#byTokenDigest)
      if (!this.#sessions.has(id)) this.#byTokenDigest.delete(digest);
    for (const id of this.#knownSecrets.keys()) if (!this.#sessions.has(id)) this.#knownSecrets.delete(id);
  }
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}

function factsOf(verifier: ScramVerifier, expiresAtUs: number): SessionFacts {
  return {
    expiresAtUs,
    iterations: verifier.iterations,
    salt: verifier.salt.toString("base64"),
    serverKey: verifier.serverKey.toString("base64"),
    storedKey: verifier.storedKey.toString("base64"),
  };
}

function verifierOf(facts: SessionFacts): ScramVerifier {
  return {
    iterations: facts.iterations,
    salt: Buffer.from(facts.salt, "base64"),
    serverKey: Buffer.from(facts.serverKey, "base64"),
    storedKey: Buffer.from(facts.storedKey, "base64"),
  };
}
