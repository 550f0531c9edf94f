/** What a server says of itself. None of it is secret: it tells servers apart, and proves nothing about one that lies. */
export interface ServerIdentity {
  /** Of the cluster, made by initdb, and the same on its standbys; absent where the role may not ask for it. */
  readonly system?: string;
  /** Of the database: `pg_database.oid`. */
  readonly oid: number;
  readonly database: string;
  /** The server's own end of the connection, `host:port`; absent where it has none, as on a Unix socket. */
  readonly server?: string;
}

/** Without the system's identifier, a cluster that was made in the same way can look the same. */
export function isPartial({ system }: ServerIdentity): boolean {
  return system === undefined;
}

/**
 * Whether a server is the one that was pinned. Its address counts only where nothing better is known: a standby that took
 * over has another one, and the same identifier. A server that no longer says its identifier is not the same.
 */
export function isSameServer(pinned: ServerIdentity, answered: ServerIdentity): boolean {
  return (
    pinned.oid === answered.oid && pinned.database === answered.database && isSameSystem(pinned, answered)
  );
}

/** Likewise, whichever of its databases was asked. */
export function isSameSystem(pinned: ServerIdentity, answered: ServerIdentity): boolean {
  return isPartial(pinned) ? pinned.server === answered.server : pinned.system === answered.system;
}

/** In words, for people. */
export function describeServer({ database, oid, server, system }: ServerIdentity): string {
  const where = server === undefined ? "" : ` at ${server}`;
  const which = system === undefined ? `a system of unknown identifier${where}` : `system ${system}`;
  return `${which}, database ${database} (oid ${oid})`;
}
