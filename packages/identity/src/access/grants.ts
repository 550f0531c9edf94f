import { z } from "zod";
import { IdentityError } from "../error.ts";
import { ACTS, allows, isRole, ROLES, type Role, reachOf } from "./roles.ts";

/** A role that somebody has; without a project, for everything. */
export interface Grant {
  readonly role: Role;
  readonly project?: string;
}

/** Somebody with more roles than that is a mistake. */
const GRANTS_MAX = 50;

/** `approver` for everything, `approver@shop` for one project. */
export function formatGrant({ project, role }: Grant): string {
  return project === undefined ? role : `${role}@${project}`;
}

/** @throws IdentityError REQUEST_INVALID */
export function parseGrant(text: string): Grant {
  const [role = "", ...rest] = text.split("@");
  const project = rest.length === 0 ? undefined : rest.join("@");
  if (!isRole(role) || project === "")
    throw new IdentityError(
      "REQUEST_INVALID",
      `${JSON.stringify(text)} is no role: write one of ${ROLES.join(", ")}, or ROLE@PROJECT`,
    );
  // Who may make owners, may do so everywhere.
  if (role === "owner" && project !== undefined)
    throw new IdentityError("REQUEST_INVALID", "an owner owns everything: write owner, without a project");
  return { role, ...(project === undefined ? undefined : { project }) };
}

/** Roles as a request has them. */
export const grantsSchema: z.ZodType<readonly Grant[]> = z
  .array(z.string().max(200))
  .min(1, "at least one role")
  .max(GRANTS_MAX, `at most ${GRANTS_MAX} roles`)
  .transform((texts) => [...new Set(texts)].sort().map(parseGrant));

/** Whether a grant reaches a project; `undefined` asks for everything. */
function reaches({ project }: Grant, wanted: string | undefined): boolean {
  return project === undefined || project === wanted;
}

/** Whether whoever has `held` could do everything already that `wanted` permits. */
export function isWithin(wanted: Grant, held: readonly Grant[]): boolean {
  return ACTS.filter((act) => allows(wanted.role, act)).every((act) =>
    held.some(
      (grant) => allows(grant.role, act) && (reachOf(act) === "any" || reaches(grant, wanted.project)),
    ),
  );
}

export function isOwner(grants: readonly Grant[]): boolean {
  return grants.some(({ role }) => role === "owner");
}
