import { readFileSync } from "node:fs";

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The operating-system user that the server must run as: nobody in particular, unless we are root.
 *
 * PostgreSQL refuses to run as root, so as root (in a container, mostly) we lend it an existing unprivileged
 * user rather than making one: the machine's user list is not ours to change.
 */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = new Map(readFileSync("/etc/passwd", "utf8").split("\n").map(parsePasswdLine));
  const user = users.get("postgres") ?? users.get("nobody");
  if (user === undefined) {
    throw new Error("PostgreSQL cannot run as root, and /etc/passwd has neither a user postgres nor nobody");
  }
  return user;
}

function parsePasswdLine(line: string): [name: string, user: ServerUser] {
  const [name = "", , uid, gid] = line.split(":");
  return [name, { uid: Number(uid), gid: Number(gid) }];
}
