import type { Manifest } from "@custody/evidence";
import type { Checkpoint } from "@custody/ledger/verifier";
import { escapeText } from "@custody/messages";

/** What somebody reads who got the folder and has never heard of Custody. */
export function readmeText(
  manifest: Manifest,
  { origin, size }: Checkpoint,
  outside: readonly string[],
): string {
  const { destroyed, madeAt, madeBy, records, session } = manifest;
  const lines = [
    "EVIDENCE OF ONE SESSION OF AN AGENT",
    "",
    `session   ${session}`,
    `records   ${records}${destroyed === 0 ? "" : `, of which ${destroyed} were destroyed: only that they were made can be shown`}`,
    `log       ${origin}, ${size} entries`,
    `made      ${madeAt} by ${madeBy}`,
    "",
    "HOW TO LOOK AT IT",
    "",
    "Open index.html in a browser. It needs no network and sends nothing anywhere: it shows the records, and checks",
    "them while you look. Or check the folder with a program that you got yourself:",
    "",
    "    custody check FOLDER --key KEY",
    "",
    "KEY is the log's public key. One is in the file `verifier`, but whoever made this folder could have put another there,",
    "with a whole log of their own to fit. Get the key by another way (from the log's operator, in person, from a",
    "contract, from a page that you know) and compare. The same is true of index.html: the page that came with",
    "evidence is as good as whoever sent it. The command that you installed yourself does not depend on either.",
    "",
    "WHAT IT PROVES",
    "",
    "- That the log has signed a tree of entries, at the size above, in which each of these records stands at its place.",
    "- That no letter of any record was changed since: each entry commits to its record.",
    "- Within the session, entries name the one before them. So a record that was left out of the middle of the session is",
    "  missed, except where the log's writer was started anew in between; the check says where that was.",
    "- The time in a record is the clock of the machine that recorded it.",
    "",
    "WHAT IT DOES NOT PROVE",
    "",
    "- That everything was recorded. A log that is whole is not thereby complete: what never passed through Custody is not in",
    "  it. What the session did after the last record here would not be missed either.",
    "- That the log tells everybody the same. Whoever has the log's signing key can write another history and sign that.",
    "  Only checkpoints that others keep, witnesses and timestamps speak against it; see below.",
    "- That the records are true. They say what Custody saw in the data path, and what a database answered.",
    "",
    "FILES",
    "",
    "records.jsonl    the records, one a line, oldest first. A line `null` is a record that was destroyed",
    "receipts.jsonl   for each of them the entry of the log, the salt of its commitment, and hashes of the tree",
    "checkpoint       the signed size and root of the tree (a C2SP signed note)",
    "verifier         the log's public key; see above",
    "evidence.json    what this folder says of itself",
    "index.html       the page",
    ...outsideLines(outside),
    "",
  ];
  return lines.map(escapeText).join("\n");
}

function outsideLines(outside: readonly string[]): string[] {
  if (outside.length === 0)
    return ["", "Nothing from outside of the log's own machine supports this checkpoint."];
  return [
    "outside/         what others said about checkpoints of this log:",
    ...outside.map((name) => `                 ${name}`),
    "",
    "`witnessed` is a checkpoint that others have signed as well; witnessed-consistency shows that `checkpoint` goes on from",
    "it. Their signatures take their keys, which must come from them. Files that end in .tsr are timestamps (RFC 3161) of a",
    "checkpoint; `openssl ts -verify` checks one, with the certificate of who issued it.",
  ];
}
