/** What people can be given, for everything or for one project. */
export const ROLES = ["owner", "admin", "approver", "auditor", "member", "viewer"] as const;

export type Role = (typeof ROLES)[number];

/**
 * `operator`: whoever shows the local token. `agent`: the most that a program's token can ever do, whatever its role; `sdk`: the
 * same of a token that was made for a program which reports what it does.
 */
export type Column = Role | "operator" | "agent" | "sdk";

export const COLUMNS: readonly Column[] = [...ROLES, "operator", "agent", "sdk"];

/**
 * Where a role must hold. `all`: for everything. `project`: for the project that is meant, which the route looks at.
 * `any`: anywhere, since the act is about whoever asks, or shows nothing of a project.
 */
export type Reach = "all" | "project" | "any";

/**
 * Who may do what: the only place that says so. `x` may, `.` may not.
 *
 * The local token lies in a file, which an agent of the same operating-system user could read. So the operator runs the
 * machine, and decides nothing that a person has to decide. For the same reason it does not report what others did: an agent's
 * word about itself would look like its owner's.
 */
// biome-ignore format: it is a table.
const table = {
  //                         reach    owner admin approver auditor member viewer operator agent sdk
  "access.note":            "any      x     x     x        x       x      x      x        .     .",
  "alerts.change":          "all      x     x     x        x       .      x      x        .     .",
  "alerts.read":            "all      x     x     x        x       .      x      x        .     .",
  "alerts.test":            "all      x     x     .        .       .      .      x        .     .",
  "api.read":               "any      x     x     x        x       x      x      x        x     x",
  "freeze":                 "all      x     x     x        .       .      .      x        .     .",
  "holds.decide":           "project  x     .     x        .       .      .      .        .     .",
  "holds.read":             "project  x     x     x        x       x      x      x        .     .",
  "keys.export":            "all      x     .     .        .       .      .      x        .     .",
  "keys.rotate":            "all      x     .     .        .       .      .      x        .     .",
  "log.tiles":              "all      x     x     x        x       .      x      x        .     .",
  "log.write":              "project  x     x     x        .       x      .      .        .     x",
  "me.change":              "any      x     x     x        x       x      x      .        .     .",
  "me.read":                "any      x     x     x        x       x      x      x        x     x",
  "metrics.read":           "all      x     x     x        x       .      x      x        .     .",
  "pages.open":             "all      .     .     .        .       .      .      x        .     .",
  "policy.change":          "all      x     x     .        .       .      .      .        .     .",
  "policy.check":           "all      x     x     x        x       x      x      x        .     .",
  "policy.read":            "all      x     x     x        x       x      x      x        .     .",
  "policy.replay":          "all      x     x     x        x       x      x      x        .     .",
  "records.export":         "project  x     x     .        x       .      .      x        .     .",
  "records.prove":          "project  x     x     x        x       x      x      x        .     .",
  "records.read":           "project  x     x     x        x       x      x      x        .     .",
  "records.read-own":       "project  x     x     x        x       x      x      x        .     .",
  "retention.change":       "all      x     x     .        .       .      .      x        .     .",
  "retention.read":         "all      x     x     .        x       .      .      x        .     .",
  "sessions.open":          "project  x     x     x        .       x      .      x        x     .",
  "sessions.open-for-others": "all    x     x     .        .       .      .      x        .     .",
  "sessions.stop":          "project  x     x     x        .       .      .      x        .     .",
  "simulate":               "all      x     x     x        .       x      .      x        .     .",
  "status.read":            "any      x     x     x        x       x      x      x        x     x",
  "tables.read":            "all      x     x     x        x       .      x      x        .     .",
  "targets.pin":            "all      x     x     .        .       .      .      x        .     .",
  "targets.read":           "all      x     x     x        x       .      .      x        .     .",
  "thaw":                   "all      x     x     x        .       .      .      .        .     .",
  "tokens.any":             "all      x     x     .        .       .      .      .        .     .",
  "tokens.own":             "any      x     x     x        x       x      x      .        .     .",
  "users.change":           "all      x     x     .        .       .      .      .        .     .",
  "users.invite-owner":     "all      x     .     .        .       .      .      x        .     .",
  "users.recover-owner":    "all      .     .     .        .       .      .      x        .     .",
  "users.read":             "all      x     x     .        x       .      .      x        .     .",
} as const;

/** Something that can be permitted. */
export type Act = keyof typeof table;

export const ACTS = Object.keys(table) as readonly Act[];

interface Row {
  readonly reach: Reach;
  readonly columns: ReadonlySet<Column>;
}

const rows: ReadonlyMap<string, Row> = new Map(
  Object.entries(table).map(([act, line]) => {
    const [reach, ...marks] = line.split(/ +/);
    const columns = COLUMNS.filter((_, at) => marks[at] === "x");
    return [act, { columns: new Set(columns), reach: reach as Reach }];
  }),
);

export function isAct(text: string): text is Act {
  return rows.has(text);
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

/** Whether the table has an `x` there. */
export function allows(column: Column, act: Act): boolean {
  return rows.get(act)?.columns.has(column) === true;
}

export function reachOf(act: Act): Reach {
  return rows.get(act)?.reach ?? "all";
}
