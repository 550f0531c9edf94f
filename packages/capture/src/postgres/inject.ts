import { randomBytes } from "node:crypto";
import {
  encodeBind,
  encodeClose,
  encodeCopyFail,
  encodeExecute,
  encodeParse,
  encodeQuery,
  encodeSync,
  encodeTerminate,
  makeParse,
  makeQuery,
} from "@custody/wire/postgres";
import { rowCountersQuery } from "./statistics/row-counters.ts";

/**
 * Everything that Custody itself ever says to a server, beside signing in (sign-in-upstream.ts).
 *
 * - `denialProbe`: a statement that no server accepts stands in the place of a denied one. The server itself then
 *   aborts the transaction, skips to Sync and says what state it is in; its error is replaced by the refusal.
 * - `identityQuery`: asked once a connection, before the client's first message: which server is this. Where the role may
 *   not ask that, `partialIdentityQuery` follows.
 * - `question`, `questionsEnd`: anything that is asked under a name of our own, and its closing; all that a simulation says in
 *   an agent's session goes by them (dialogue.ts).
 * - `rowCounters`: how many rows the transaction has changed so far, by table; around a statement of which the completion
 *   tag does not tell all. Closed again in the same breath.
 * - `segmentEnd`: the Sync behind it, where the client's own message is none of the extended protocol.
 * - `envelope`: a transaction around a query string that has none, so that the counters can be read before it ends.
 * - `rollback`: behind a COMMIT that is denied, so that the transaction ends as the client believes it does.
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
export const rollback: Buffer = encodeQuery(makeQuery("ROLLBACK"));
export const goodbye: Buffer = encodeTerminate();

/** Nobody else has it, so neither a statement nor a portal of the client's is touched. */
const ownName = `custody_${randomBytes(8).toString("hex")}`;

/** `types` are object ids, 0 for what the server finds out; values and rows are text. */
export function question(
  sql: string,
  parameters: readonly (string | null)[] = [],
  types: readonly number[] = [],
): Buffer {
  return Buffer.concat([
    encodeParse(makeParse(ownName, sql, types)),
    encodeBind({
      type: "bind",
      parameterFormats: [],
      parameters: parameters.map((value) => (value === null ? null : Buffer.from(value))),
      portal: ownName,
      resultFormats: [],
      statement: ownName,
    }),
    encodeExecute({ type: "execute", portal: ownName, maxRows: 0 }),
  ]);
}

export const questionsEnd: Buffer = Buffer.concat([
  encodeClose({ type: "close", target: "portal", name: ownName }),
  encodeClose({ type: "close", target: "statement", name: ownName }),
]);
export const rowCounters: Buffer = Buffer.concat([question(rowCountersQuery), questionsEnd]);
export const segmentEnd: Buffer = encodeSync();
export const envelope: { readonly begin: Buffer; readonly end: Buffer } = {
  begin: encodeQuery(makeQuery("BEGIN")),
  end: encodeQuery(makeQuery("COMMIT")),
};
