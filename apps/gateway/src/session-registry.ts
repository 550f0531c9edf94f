import { randomBytes } from "node:crypto";
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
    return { facts: factsOf(verifier, expiresAtUs), identity, token };
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
  }

  /** May still find a session that has expired: whoever lets agents in looks at `expiresAtUs`. */
  find(id: string): PostgresSession | undefined {
    return this.#sessions.get(id);
  }

  get size(): number {
    this.#forgetExpired();
    return this.#sessions.size;
  }

  /** So that the memory of a server that runs for months holds a day's sessions and not all of them. */
  #forgetExpired(): void {
    const nowUs = this.#nowUs();
    for (const [id, session] of this.#sessions) if (session.expiresAtUs <= nowUs) this.#sessions.delete(id);
  }
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
