import { type Directory, OPERATOR, type PasswordVerifier, type Person, totpStep } from "@custody/identity";
import { HttpProblem } from "../http/http-problem.ts";
import type { DataPathLink } from "../process/data-path-link.ts";
import type { AccessLog } from "./access-log.ts";
import type { FailedAttempts } from "./failed-attempts.ts";
import { PasswordLine } from "./password-line.ts";
import { SignInGuard } from "./sign-in-guard.ts";

export interface SignInDeskParts {
  readonly accessLog: AccessLog;
  readonly attempts: FailedAttempts;
  readonly identities: Directory;
  readonly link: Pick<DataPathLink, "ask">;
  readonly nowMs: () => number;
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly code?: string | undefined;
}

/** Somebody who was recognised: what the data path is told, which looks whether that still holds. */
export interface Recognised {
  readonly user: string;
  readonly seen: string;
  readonly step?: number;
}

/** One text for all that can be wrong, so that nobody learns which names there are. */
const WRONG = "name, password or code is wrong";

/** Recognises people by what they know. Whatever is wrong, the same work was done and the same is answered. */
export class SignInDesk {
  readonly passwords: PasswordLine = new PasswordLine();
  readonly #guard = new SignInGuard();
  readonly #parts: SignInDeskParts;

  constructor(parts: SignInDeskParts) {
    this.#parts = parts;
  }

  /** @throws HttpProblem sign-in-refused, code-needed, too-many-attempts */
  async recognise({ code, name, password }: Credentials, address: string): Promise<Recognised> {
    const { identities, nowMs } = this.#parts;
    const key = name.normalize("NFKC").trim().toLowerCase();
    this.#guard.check(key, nowMs());
    const named = identities.personNamed(key);
    const person = named?.removedAt === undefined ? named : undefined;
    const verifier = person === undefined ? undefined : this.#verifierOf(person);
    const isRight = await this.passwords.isPassword(verifier, password);
    if (!isRight || person?.password === undefined || isLocked(person, nowMs()))
      return this.#refuse(key, person, address);
    const step = this.#stepOf(person, code);
    if (step === "wrong") return this.#refuse(key, person, address);
    this.#guard.succeeded(key);
    return { seen: person.password, user: person.id, ...(step === undefined ? undefined : { step }) };
  }

  /** Whether somebody who is signed in knows their password, before they change what they sign in with. */
  async confirm(person: Person, password: string, address: string): Promise<string> {
    const key = person.name.toLowerCase();
    this.#guard.check(key, this.#parts.nowMs());
    const isRight = await this.passwords.isPassword(this.#verifierOf(person), password);
    if (!isRight || person.password === undefined) return this.#refuse(key, person, address);
    return person.password;
  }

  /** A link or code that opens nothing. */
  async refuseLink(address: string): Promise<void> {
    const { accessLog, attempts, nowMs } = this.#parts;
    await accessLog.refused(address);
    attempts.count(address, "a wrong link", nowMs());
  }

  #verifierOf({ id, password }: Person): PasswordVerifier | undefined {
    if (password === undefined) return undefined;
    return this.#parts.identities.secretsOf({ id, sealed: password }).password;
  }

  #stepOf(person: Person, code: string | undefined): number | undefined | "wrong" {
    if (person.totp === undefined) return undefined;
    if (code === undefined || code.trim() === "")
      throw new HttpProblem("code-needed", "give the code of your second factor, too");
    const { totp = "" } = this.#parts.identities.secretsOf({ id: person.id, sealed: person.totp });
    return totpStep(totp, code, this.#parts.nowMs(), person.totpStep) ?? "wrong";
  }

  async #refuse(key: string, person: Person | undefined, address: string): Promise<never> {
    const { accessLog, attempts, link, nowMs } = this.#parts;
    const { attempts: count, lockUntilMs } = this.#guard.failed(key, nowMs());
    await accessLog.refused(address, person);
    if (person !== undefined && lockUntilMs !== undefined)
      await link.ask("identity", {
        act: "lock",
        by: OPERATOR,
        request: { attempts: count, untilMs: lockUntilMs, user: person.id },
      });
    attempts.count(address, "a wrong password", nowMs());
    throw new HttpProblem("sign-in-refused", WRONG);
  }
}

function isLocked({ lockedUntil }: Person, nowMs: number): boolean {
  return lockedUntil !== undefined && Date.parse(lockedUntil) > nowMs;
}
