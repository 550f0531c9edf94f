import {
  OPERATOR,
  type PasswordVerifier,
  type Principal,
  parseGrant,
  type SignedIn,
} from "@custody/identity";
import type { ServedLedger } from "./served-ledger.ts";

/** A verifier of no password: whoever has it comes in by other ways. */
const VERIFIER: PasswordVerifier = { hash: "aGFzaA==", n: 2, p: 1, r: 1, salt: "c2FsdA==" };

export type Headers = Readonly<Record<string, string>>;

/** The headers of a browser that has both halves of a session. */
function browserHeaders({ secret }: Pick<SignedIn, "secret">): Headers {
  const [cookie = "", key = ""] = secret.split(".");
  return {
    cookie: `custody-session=${cookie}`,
    host: "127.0.0.1:7070",
    origin: "http://127.0.0.1:7070",
    "sec-fetch-site": "same-origin",
    "x-custody-session": key,
  };
}

export function bearerHeaders(token: string): Headers {
  return { authorization: `Bearer ${token}`, host: "127.0.0.1:7070" };
}

export interface SignedInPerson {
  readonly id: string;
  readonly headers: Headers;
  /** For the book. */
  readonly principal: Principal;
}

/** The first owner, in a browser. */
export async function signedInOwner({ book }: Pick<ServedLedger, "book">): Promise<SignedInPerson> {
  const { secret } = await book.inviteOwner(OPERATOR);
  return signedIn(book, await book.accept({ name: "ada", password: VERIFIER, secret }));
}

/** Somebody whom the owner invited, in a browser. */
export async function signedInPerson(
  { book }: Pick<ServedLedger, "book">,
  owner: SignedInPerson,
  name: string,
  roles: readonly string[],
): Promise<SignedInPerson> {
  const { secret } = await book.addUser({ name, roles }, owner.principal);
  return signedIn(book, await book.accept({ password: VERIFIER, secret }));
}

function signedIn({ directory }: ServedLedger["book"], session: SignedIn): SignedInPerson {
  const user = directory.state.sessions.get(session.id)?.user ?? "";
  const grants = directory.person(user)?.grants ?? [parseGrant("viewer")];
  const name = directory.person(user)?.name ?? "";
  const principal: Principal = {
    assurance: "password",
    grants,
    id: user,
    kind: "person",
    method: "password",
    name,
    session: session.id,
  };
  return { headers: browserHeaders(session), id: user, principal };
}
