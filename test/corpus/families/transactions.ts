import type { Case } from "../case.ts";

/** What begins, ends and divides transactions. What would end the corpus's own is not asked. */
export const transactions: readonly Case[] = [
  { sql: "BEGIN", effects: "TRANSACTION BEGIN · transaction TRANSACTION BEGIN()" },
  { sql: "START TRANSACTION", effects: "TRANSACTION BEGIN · transaction TRANSACTION BEGIN()" },
  {
    sql: "BEGIN WORK ISOLATION LEVEL READ COMMITTED",
    effects: "TRANSACTION BEGIN · transaction TRANSACTION BEGIN()",
  },
  { sql: "BEGIN READ ONLY", effects: "TRANSACTION BEGIN · transaction TRANSACTION BEGIN()" },
  {
    sql: "COMMIT",
    effects: "TRANSACTION COMMIT · transaction TRANSACTION COMMIT()",
    unasked: "it ends the transaction that the corpus measures in",
  },
  {
    sql: "END",
    effects: "TRANSACTION COMMIT · transaction TRANSACTION COMMIT()",
    unasked: "it ends the transaction that the corpus measures in",
  },
  {
    sql: "COMMIT AND CHAIN",
    effects: "TRANSACTION COMMIT · transaction TRANSACTION COMMIT()",
    unasked: "it ends the transaction that the corpus measures in",
  },
  {
    sql: "ROLLBACK",
    effects: "TRANSACTION ROLLBACK · transaction TRANSACTION ROLLBACK()",
    unasked: "it ends the transaction that the corpus measures in",
  },
  {
    sql: "ABORT",
    effects: "TRANSACTION ROLLBACK · transaction TRANSACTION ROLLBACK()",
    unasked: "it ends the transaction that the corpus measures in",
  },
  {
    sql: "ROLLBACK AND CHAIN",
    effects: "TRANSACTION ROLLBACK · transaction TRANSACTION ROLLBACK()",
    unasked: "it ends the transaction that the corpus measures in",
  },
  { sql: "SAVEPOINT a", effects: "TRANSACTION SAVEPOINT · transaction TRANSACTION SAVEPOINT()" },
  {
    sql: "RELEASE SAVEPOINT a",
    effects: "TRANSACTION RELEASE · transaction TRANSACTION RELEASE()",
    after: ["SAVEPOINT a"],
  },
  {
    sql: "ROLLBACK TO SAVEPOINT a",
    effects: "TRANSACTION ROLLBACK TO · transaction TRANSACTION ROLLBACK TO()",
    after: ["SAVEPOINT a"],
  },
  {
    sql: "PREPARE TRANSACTION 'corpus'",
    effects: "TRANSACTION PREPARE · transaction TRANSACTION PREPARE() · writes",
    unasked: "it ends the transaction that the corpus measures in",
  },
  {
    sql: "COMMIT PREPARED 'corpus'",
    effects:
      "TRANSACTION COMMIT PREPARED · write transaction TRANSACTION COMMIT PREPARED() · writes · escapes",
    fails: "25001",
  },
  {
    sql: "ROLLBACK PREPARED 'corpus'",
    effects:
      "TRANSACTION ROLLBACK PREPARED · write transaction TRANSACTION ROLLBACK PREPARED() · writes · escapes",
    fails: "25001",
  },
  { sql: "SET TRANSACTION READ ONLY", effects: "SET · transaction SET() · sets transaction_read_only" },
  {
    sql: "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    effects: "SET · transaction SET() · sets transaction_isolation",
    fails: "25001",
  },
  {
    sql: "SET TRANSACTION SNAPSHOT '00000003-0000001B-1'",
    effects: "SET · transaction SET() · sets transaction_snapshot",
    fails: "25001",
  },
  {
    sql: "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    effects: "SET · transaction SET() · sets default_transaction_read_only",
  },
  { sql: "SET CONSTRAINTS ALL DEFERRED", effects: "SET CONSTRAINTS · transaction SET CONSTRAINTS()" },
  {
    sql: "SET CONSTRAINTS ALL IMMEDIATE",
    effects: "SET CONSTRAINTS · write call SET CONSTRAINTS() · writes",
    after: ["INSERT INTO patient VALUES (1)"],
  },
  {
    sql: "SET CONSTRAINTS later IMMEDIATE",
    effects: "SET CONSTRAINTS · write call SET CONSTRAINTS() · writes",
    after: ["INSERT INTO patient VALUES (1)"],
  },
  {
    sql: "SET CONSTRAINTS ALL IMMEDIATE",
    effects: "SET CONSTRAINTS · write call SET CONSTRAINTS() · writes",
  },
  { sql: "LOCK users", effects: "LOCK · transaction LOCK(r users)", takesXid: true },
  {
    sql: "LOCK TABLE ONLY users, shop.users IN SHARE ROW EXCLUSIVE MODE NOWAIT",
    effects: "LOCK · transaction LOCK(r users, r shop.users)",
    takesXid: true,
  },
];
