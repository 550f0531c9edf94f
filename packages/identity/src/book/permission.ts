import { type Grant, isOwner, isWithin } from "../access/grants.ts";
import { may, type Principal } from "../access/principal.ts";
import type { Act } from "../access/roles.ts";
import { IdentityError } from "../error.ts";
import type { Directory } from "../state/directory.ts";
import type { Person } from "../state/identity-state.ts";

/** What somebody may do now, whatever they could when they asked. @throws IdentityError NOT_PERMITTED */
export function current(directory: Directory, by: Principal, nowMs: number): Principal {
  const principal = directory.current(by, nowMs);
  if (principal === undefined) throw new IdentityError("NOT_PERMITTED", "you are not signed in any more");
  return principal;
}

/** @throws IdentityError NOT_PERMITTED */
export function demand(principal: Principal, act: Act): void {
  if (!may(principal, act)) throw new IdentityError("NOT_PERMITTED", `${principal.name} may not: ${act}`);
}

/** Owners are for owners. @throws IdentityError NOT_PERMITTED */
export function demandRank(by: Principal, of: Person): void {
  if (isOwner(of.grants) && !isOwner(by.grants))
    throw new IdentityError("NOT_PERMITTED", `${of.name} is an owner; only owners change owners`);
}

/** Only owners make owners; the others give what they like, to others. @throws IdentityError NOT_PERMITTED */
export function demandGift(by: Principal, grants: readonly Grant[], to: Person | undefined): void {
  if (isOwner(grants) && !isOwner(by.grants))
    throw new IdentityError("NOT_PERMITTED", "only owners make owners");
  if (to?.id === by.id && !grants.every((grant) => isWithin(grant, to.grants)))
    throw new IdentityError("NOT_PERMITTED", "nobody gives more to themselves; ask another administrator");
}

/** @throws IdentityError LAST_OWNER */
export function keepAnOwner(directory: Directory, leaving: Person, grants: readonly Grant[] = []): void {
  const others = directory.owners.filter(({ id }) => id !== leaving.id);
  if (directory.owners.length > others.length && others.length === 0 && !isOwner(grants))
    throw new IdentityError("LAST_OWNER", `${leaving.name} is the last owner; make another one first`);
}

/** @throws IdentityError USER_UNKNOWN */
export function personOf(directory: Directory, id: string): Person {
  const person = directory.person(id);
  if (person === undefined)
    throw new IdentityError("USER_UNKNOWN", `there is no person ${JSON.stringify(id)}`);
  return person;
}
