import type { Node } from "libpg-query";
import { partsOf, partsOfHolder, partsOfObject, touchParts } from "../object-names.ts";
import { wordsOf } from "../object-types.ts";
import { as, type NodeOf } from "../tree.ts";
import { define } from "./define.ts";
import type { Handlers } from "./handler.ts";

/** Who may do what, and who is who: all of it the administrator's. */
export const privilegeHandlers: Handlers<
  | "GrantStmt"
  | "GrantRoleStmt"
  | "AlterDefaultPrivilegesStmt"
  | "AlterOwnerStmt"
  | "ReassignOwnedStmt"
  | "SecLabelStmt"
  | "CreateRoleStmt"
  | "AlterRoleStmt"
  | "AlterRoleSetStmt"
  | "DropRoleStmt"
> = {
  GrantStmt: (statement, { draft }) => {
    const operation = define(draft, grantVerb(statement), undefined, grant);
    for (const object of statement.objects ?? []) touchParts(draft, operation, partsOf(object));
  },
  GrantRoleStmt: ({ granted_roles, is_grant }, { draft }) => {
    const operation = define(draft, is_grant === true ? "GRANT ROLE" : "REVOKE ROLE", undefined, grant);
    for (const role of granted_roles ?? []) touchName(draft, operation, as(role, "AccessPriv")?.priv_name);
  },
  AlterDefaultPrivilegesStmt: (_alter, { draft }) =>
    void define(draft, "ALTER DEFAULT PRIVILEGES", undefined, grant),
  AlterOwnerStmt: ({ object, objectType, relation }, { draft }) => {
    const operation = define(draft, `ALTER ${wordsOf(objectType)}`, relation, grant);
    if (relation === undefined) touchParts(draft, operation, partsOfObject(object, objectType));
  },
  ReassignOwnedStmt: ({ roles }, { draft }) => {
    const operation = define(draft, "REASSIGN OWNED", undefined, grant);
    for (const role of roles ?? []) touchName(draft, operation, roleName(role));
  },
  SecLabelStmt: ({ object, objtype }, { draft }) => {
    touchParts(draft, define(draft, "SECURITY LABEL", undefined, grant), partsOfHolder(object, objtype));
  },

  CreateRoleStmt: ({ role }, { draft }) => void define(draft, "CREATE ROLE", role, admin),
  AlterRoleStmt: ({ role }, { draft }) => void define(draft, "ALTER ROLE", role?.rolename, admin),
  AlterRoleSetStmt: ({ role }, { draft }) => void define(draft, "ALTER ROLE", role?.rolename, admin),
  DropRoleStmt: ({ roles }, { draft }) => {
    const operation = define(draft, "DROP ROLE", undefined, { ...admin, unbounded: true });
    for (const role of roles ?? []) touchName(draft, operation, roleName(role));
  },
};

const grant = { kind: "grant", tier: "admin" } as const;
const admin = { kind: "admin", tier: "admin" } as const;

/** `GRANT SELECT ON ALL TABLES IN SCHEMA shop` touches the schema, by its name. */
function grantVerb({ is_grant, targtype }: NodeOf<"GrantStmt">): string {
  const verb = is_grant === true ? "GRANT" : "REVOKE";
  return targtype === "ACL_TARGET_ALL_IN_SCHEMA" ? `${verb} ON ALL IN SCHEMA` : verb;
}

function roleName(node: Node): string | undefined {
  return as(node, "RoleSpec")?.rolename;
}

function touchName(
  draft: Parameters<typeof touchParts>[0],
  operation: Parameters<typeof touchParts>[1],
  name: string | undefined,
): void {
  if (name !== undefined) touchParts(draft, operation, [name]);
}
