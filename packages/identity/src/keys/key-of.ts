import { may } from "../access/principal.ts";
import { IdentityError } from "../error.ts";
import type { Directory } from "../state/directory.ts";
import type { Passkey, Person, PersonKey } from "../state/identity-state.ts";

/** @throws IdentityError KEY_UNKNOWN */
export function keyOf({ keys = [], name }: Person, id: string): PersonKey {
  const found = keys.find((key) => key.id === id);
  if (found === undefined) throw new IdentityError("KEY_UNKNOWN", `${name} has no key ${JSON.stringify(id)}`);
  return found;
}

/**
 * Whether what the key signs counts as its person's answer. As long as there is anybody else who may change users, one of
 * them has to have said that it is; where there is nobody else, nobody could.
 */
export function isInForce(directory: Directory, person: Person, key: PersonKey): boolean {
  return key.confirmation !== undefined || confirmersOf(directory, person).length === 0;
}

/** Who can say that a key is this person's. */
function confirmersOf({ state }: Directory, { id: of }: Person): readonly Person[] {
  return [...state.people.values()].filter(
    ({ grants, id, keys, name, password, removedAt, subject }) =>
      id !== of &&
      removedAt === undefined &&
      (password ?? keys?.[0] ?? subject) !== undefined &&
      may({ assurance: "password", grants, id, kind: "person", method: "password", name }, "users.change"),
  );
}

/**
 * An authenticator that counts shows a higher number each time; one that does not shows 0 always.
 * https://www.w3.org/TR/webauthn-3/#sctn-sign-counter @throws IdentityError SIGNATURE_REFUSED
 */
export function checkCounter({ counter: last, label }: Passkey, counter: number): void {
  if (counter <= last && (counter > 0 || last > 0))
    throw new IdentityError("SIGNATURE_REFUSED", `there may be a copy of the passkey ${label}: remove it`);
}
