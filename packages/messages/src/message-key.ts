/** Every key that a record's `message.key` can have. Each catalogue has a text for each of them. */
export type MessageKey =
  | "db.statement.requested"
  | "db.statement.answered"
  | "db.statement.completed"
  | "db.statement.denied"
  | "db.statement.failed"
  | "db.statement.cancelled"
  | "db.statement.unknown"
  | "db.statement.copy-received"
  | "db.connection.opened"
  | "db.connection.closed"
  | "db.connection.refused"
  | "db.connection.failed"
  | "db.cancel.requested"
  | "session.started"
  | "policy.loaded"
  | "ledger.created"
  | "ledger.opened"
  | "ledger.closed"
  | "ledger.recovered"
  | "ledger.restored"
  | "key.created";

export type Catalogue = Readonly<Record<MessageKey, string>>;
