/** `--role`, which may be given again, and `--project`. */
export interface RoleOptions {
  readonly role?: readonly string[];
  readonly project?: string;
}

/** As the API has roles: `approver`, or `approver@shop`. */
export function rolesOf({ project, role }: RoleOptions): readonly string[] | undefined {
  if (role === undefined || role.length === 0) return undefined;
  return role.map((each) => (project === undefined || each.includes("@") ? each : `${each}@${project}`));
}
