import { randomBytes } from "node:crypto";
import type { RecordDraft } from "@custody/domain";
import { OPERATOR, type Principal } from "../access/principal.ts";
import { IdentityBook } from "../book/identity-book.ts";
import type { PasswordVerifier } from "../secrets/password.ts";
import { Sealer } from "../secrets/sealer.ts";
import { Directory } from "../state/directory.ts";

/** A verifier that nobody has to wait for; what it is of does not matter to the book. */
export const verifier: PasswordVerifier = { hash: "aGFzaA==", n: 2, p: 1, r: 1, salt: "c2FsdA==" };

export interface TestBook {
  readonly book: IdentityBook;
  readonly directory: Directory;
  readonly sealer: Sealer;
  /** Everything that was recorded, oldest first. */
  readonly records: RecordDraft[];
  readonly clock: { nowMs: number };
  /** Adds somebody, who accepts and signs in. */
  join(name: string, roles: readonly string[], by: Principal): Promise<Principal>;
  /** Makes the first owner, who signs in. */
  own(name?: string): Promise<Principal>;
}

/** A book that records into memory. */
export function testBook(): TestBook {
  const sealer = new Sealer(randomBytes(32));
  const directory = new Directory(sealer);
  const records: RecordDraft[] = [];
  const clock = { nowMs: Date.parse("2026-11-27T12:00:00Z") };
  let made = 0;
  const book = new IdentityBook({
    directory,
    newId: () => {
      made += 1;
      return `id-${made}`;
    },
    nowUs: () => clock.nowMs * 1000,
    onRecord: () => {},
    recordOne: async (draft) => records.push(draft),
    sealer,
  });
  const accept = async (secret: string, name?: string) => {
    const { secret: session } = await book.accept({ name, password: verifier, secret });
    return directory.principalOfSession(session, clock.nowMs) as Principal;
  };
  return {
    book,
    clock,
    directory,
    join: async (name, roles, by) => accept((await book.addUser({ name, roles }, by)).secret),
    own: async (name = "ada") => accept((await book.inviteOwner(OPERATOR)).secret, name),
    records,
    sealer,
  };
}
