import { type Diagnosis, ok, unknown, warn } from "./finding.ts";

interface Somebody {
  readonly name: string;
  readonly roles: readonly string[];
  readonly removedAt: string | null;
}

/** Whether a person owns this: until then, whoever has the local token can become the owner. */
export function checkOwner(users: readonly Somebody[] | undefined): Diagnosis {
  const id = "owner";
  if (users === undefined)
    return unknown(id, "who owns this Custody cannot be seen while no server answers", "");
  const owners = users.filter(({ removedAt, roles }) => removedAt === null && roles.includes("owner"));
  const names = owners.map(({ name }) => name).join(", ");
  if (owners.length === 0)
    return warn(
      id,
      "no person is owner: the link of the first start was never used, and whoever has local.token can become it",
      "make a link, and open it within an hour: custody users invite-owner",
    );
  return owners.length === 1
    ? ok(
        id,
        `${names} is the only owner; another one could let them in again: custody users add --role owner`,
      )
    : ok(id, `${names} are owners`);
}
