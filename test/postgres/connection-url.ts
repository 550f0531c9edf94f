/** Of the superuser `postgres`; tests that make roles give them the same one. */
export const password = "custody";

/** Without database and user: the superuser, in the database `postgres`. */
export function connectionUrl(port: number, database = "postgres", user = "postgres"): string {
  return `postgres://${encodeURIComponent(user)}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
