import { createHash, randomBytes } from "node:crypto";
import { type RecordDraft, rfc3339, type SaltedRows, type SampledRows } from "@custody/domain";
import type { ConnectionContext } from "../context.ts";
import type { Execution } from "../execution.ts";
import { messageOf } from "../record-message.ts";

/** What a human is shown of rows; under the key of the session, so that it goes when the session's data is erased. */
const ROWS_SHOWN = "db.rows.shown";
const SALT_BYTES = 16;

/**
 * Puts rows on record that a human is about to be shown; returns their digest (SHA-256 of the exact text, in hex), by which a hold
 * names them.
 *
 * @throws LedgerError
 */
export async function showRows(
  rows: SampledRows,
  { action, classified }: Execution,
  { clock, recorder }: Pick<ConnectionContext, "clock" | "recorder">,
): Promise<string> {
  // The digest outlasts the rows: without a salt that goes with them, whoever guesses what they were could make sure of it.
  const salted: SaltedRows = { ...rows, salt: randomBytes(SALT_BYTES).toString("base64url") };
  const text = JSON.stringify(salted);
  const digest = createHash("sha256").update(text).digest("hex");
  const draft: RecordDraft = {
    action: action.id,
    actor: action.session.actor,
    details: { digest, rows: text },
    level: "info",
    links: action.links,
    message: messageOf(ROWS_SHOWN, action.target, classified.verb),
    project: action.session.project,
    session: action.session.id,
    target: action.target,
    time: rfc3339(clock.nowUs()),
    type: ROWS_SHOWN,
  };
  await recorder.record([draft], "written");
  return digest;
}
