export interface ConnectionParts {
  readonly port: number;
  readonly password: string;
  readonly database?: string | undefined;
  readonly user?: string | undefined;
}

/** Of a server on this machine. Without database and user: the superuser, in the database `postgres`. */
export function connectionUrl({
  port,
  password,
  database = "postgres",
  user = "postgres",
}: ConnectionParts): string {
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgres://${credentials}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
