import {
  encodeCopyFail,
  encodeParse,
  encodeQuery,
  encodeTerminate,
  makeParse,
  makeQuery,
} from "@custody/wire/postgres";

/**
 * Everything that Custody itself ever says to a server, beside signing in (sign-in-upstream.ts).
 *
 * - `denialProbe`: a statement that no server accepts stands in the place of a denied one. The server itself then
 *   aborts the transaction, skips to Sync and says what state it is in; its error is replaced by the refusal.
 * - `identityQuery`: asked once a connection, before the client's first message: which server is this. Where the role may
 *   not ask that, `partialIdentityQuery` follows.
 * - `copyRefusal`: takes the place of CopyDone when the digest of the data cannot be recorded.
 * - `goodbye`: Terminate, when the client is gone.
 */
export const identityQuery: string = identityQueryOf(
  ", c.system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system() AS c, ",
);
export const partialIdentityQuery: string = identityQueryOf(" FROM ");

/**
 * An agent chooses settings for its connection, and none of them may change the answer: neither its role, nor its timeout,
 * nor its search path, nor its encoding. What is set ends with the query, which is one implicit transaction.
 */
function identityQueryOf(rest: string): string {
  return (
    "SET LOCAL statement_timeout = 0; SET LOCAL ROLE NONE; " +
    "SELECT d.oid::pg_catalog.text, " +
    "pg_catalog.encode(pg_catalog.convert_to(d.datname::pg_catalog.text, 'UTF8'), 'hex'), " +
    "pg_catalog.host(pg_catalog.inet_server_addr()), pg_catalog.inet_server_port()::pg_catalog.text" +
    `${rest}pg_catalog.pg_database AS d ` +
    "WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()"
  );
}

/** A bare word is a syntax error in every dialect and every setting; the server's log shows it with the action's id. */
function impossibleStatement(actionId: string): string {
  return `custody_denied_${actionId.replaceAll("-", "_")}`;
}

export const denialProbe = {
  simple: (actionId: string): Buffer => encodeQuery(makeQuery(impossibleStatement(actionId))),
  /** Under a name of its own, so that the unnamed statement of the client survives. */
  extended(actionId: string): Buffer {
    const statement = impossibleStatement(actionId);
    return encodeParse(makeParse(statement, statement));
  },
  /** In the place of a Parse of the unnamed statement, which takes the old one away even if it fails. */
  unnamed: (actionId: string): Buffer => encodeParse(makeParse("", impossibleStatement(actionId))),
};

export const copyRefusal: Buffer = encodeCopyFail({
  type: "copy-fail",
  reason: "Custody cannot record this data",
});
export const goodbye: Buffer = encodeTerminate();
