import type { Catalogue } from "./message-key.ts";

/**
 * The English catalogue. A key is a record's `message.key`; `{name}` is replaced by the parameter of that name.
 */
export const en: Catalogue = {
  "db.statement.requested": "{verb} was asked of {target}",
  "db.statement.answered": "{verb} on {target} was answered; its transaction is still open",
  "db.statement.completed": "{verb} on {target} completed",
  "db.statement.denied": "{verb} on {target} was denied",
  "db.statement.failed": "{verb} on {target} failed",
  "db.statement.cancelled": "{verb} on {target} was cancelled or skipped",
  "db.statement.unknown": "Nobody knows how {verb} on {target} ended",
  "db.statement.copy-received": "The data of {verb} for {target} was received",
  "db.connection.opened": "An agent connected to {target}",
  "db.connection.closed": "An agent's connection to {target} ended",
  "db.connection.refused": "A connection to {target} was refused",
  "db.connection.failed": "An agent's connection to {target} was ended, because it could not be understood",
  "db.catalogue.failed": "The catalogue of {target} could not be asked",
  "db.cancel.requested": "An agent asked {target} to cancel what is running",
  "db.simulation.requested": "A simulation was asked of {target}",
  "db.simulation.completed":
    "A simulation on {target} was rolled back; rows that would change: {rows}, tables: {tables}",
  "db.simulation.failed": "A simulation on {target} has no result: {reason}",
  "session.started": "A session was started for {agent}",
  "policy.loaded": "The policy from {origin} is in force",
  "ledger.created": "The ledger was created",
  "ledger.opened": "The ledger was opened at size {size}",
  "ledger.closed": "The ledger was closed at size {size}",
  "ledger.recovered":
    "After an unclean stop, {bytes} bytes at the end of the log file were copied aside to {file}",
  "ledger.restored": "A copy of {size} entries went on as {origin}: {reason}",
  "key.created": "The data key {key} was made",
  "key.exported": "A recovery copy of master key number {generation} was made; recipients: {recipients}",
  "key.rotated": "All keys are wrapped under a new master key, number {generation}, from {source}",
  "key.shred-ordered": "{by} ordered that {keys} keys be destroyed: {reason} ({rule})",
  "key.shred-completed":
    "The order of entry {order} is carried out: {keys} keys and {blocks} blocks are gone",
  "retention.hold-placed": "A hold on {covered} is in force: {reason}",
  "retention.hold-released": "The hold on {covered} is released: {reason}",
  "disk.low": "The disk of {directory} has only {free} left",
  "disk.stopped": "The disk of {directory} has only {free} left, so nothing is forwarded",
  "disk.recovered": "The disk of {directory} has {free} left again",
  "alert.raised": "Alert {kind}, level {level}",
  "alert.updated": "Alert {kind}, level {level}: {count} times by now",
  "alert.acknowledged": "Somebody has seen the alert {kind}, which stood at {count}",
  "alert.undelivered": "The webhook {webhook} did not get a message about {kind}: {reason}",
  "freeze.begun": "{by} froze {scope}: {reason}",
  "freeze.ended": "{by} thawed {scope}: {reason}",
  "target.pinned": "{target} is held to {server}",
  "target.changed": "Another server answered for {target}: expected {expected}, found {server}",
  "target.returned": "The server of {target} answers again: {server}",
  "config.reloaded": "The configuration {file} was read again and is in force",
  "config.rejected": "The configuration {file} was read again and is not used: {reason}",
  "checkpoint.witnessed": "The checkpoint of {size} entries is kept by {kind} {place}",
  "checkpoint.witness-failed": "The checkpoint of {size} entries could not be brought to {kind} {place}",
  "checkpoint.contradicted":
    "What {kind} {place} says about the checkpoint of {size} entries and what the ledger says cannot both be true",
};
