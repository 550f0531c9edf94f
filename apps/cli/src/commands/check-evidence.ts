import type { Finding } from "@custody/evidence";
import type { VerifierKey } from "@custody/ledger/verifier";
import { escapeText, isPageKey, pagePlural, pageText } from "@custody/messages";
import { type CheckedFolder, checkFolder, findingFile } from "../checking/check-folder.ts";
import type { CommandContext } from "./context.ts";

/** Checks an evidence folder: what its own page says, without trusting the page. */
export async function checkEvidence(
  { isJson, output }: CommandContext,
  path: string,
  verifierKey: VerifierKey,
  isKeyGiven: boolean,
): Promise<number> {
  const checked = await checkFolder(path, verifierKey, (done, count) =>
    output.progress(`${done} of ${count} records checked`),
  );
  output.progress("");
  if (!isKeyGiven) output.hint(`custody: no --key was given. ${pageText("evidence.key-unknown")}`);
  const { ok } = checked.report;
  if (isJson) output.json(verdictOf(checked, isKeyGiven));
  else for (const line of lines(checked)) output.line(escapeText(line));
  return ok ? 0 : 1;
}

function verdictOf({ manifest, report }: CheckedFolder, isKeyGiven: boolean) {
  const { checkpoint, destroyed, findings, findingCount, firstRestart, ok, ofSession, records, restarts } =
    report;
  return {
    ok,
    key: isKeyGiven ? "given" : "from the folder",
    session: manifest.session,
    records,
    destroyed,
    ofSession,
    signed: report.signed,
    ...(checkpoint && { origin: checkpoint.origin, size: checkpoint.size }),
    ...(checkpoint && { root: Buffer.from(checkpoint.root).toString("base64") }),
    findings: findings.map((finding) => ({
      ...finding,
      file: findingFile(finding),
      message: messageOf(finding),
    })),
    findingCount,
    restarts,
    ...(firstRestart !== undefined && { firstRestart }),
    ...(report.witnessed && { witnessed: report.witnessed }),
  };
}

function lines({ manifest, report }: CheckedFolder): string[] {
  const { signed } = report;
  const { checkpoint, destroyed, findings, findingCount, firstRestart, ofSession, records, restarts } =
    report;
  if (!report.ok || checkpoint === undefined)
    return [pagePlural("evidence.bad", findingCount), ...findings.map(findingLine)];
  const { origin, size } = checkpoint;
  const others = records - destroyed - ofSession;
  return [
    `ok: ${pagePlural("evidence.ok", records)}, session ${manifest.session}, in the signed tree of ${origin} of size ${size}`,
    ...(destroyed > 0 ? [pagePlural("evidence.destroyed", destroyed)] : []),
    ...(signed > 0 ? [pagePlural("evidence.signed", signed)] : []),
    ...(others > 0 ? [pagePlural("evidence.governance", others)] : []),
    ...(firstRestart === undefined
      ? []
      : [
          `${pagePlural("evidence.restarts", restarts)} ${pageText("evidence.first-restart", { index: firstRestart })}`,
        ]),
    ...(report.witnessed ? [witnessedLine(report.witnessed)] : [pageText("evidence.no-outside")]),
    pageText("evidence.open-end"),
  ];
}

function witnessedLine({ names, size }: NonNullable<CheckedFolder["report"]["witnessed"]>): string {
  return pageText("evidence.witnessed", { names: names.join(", "), size });
}

function findingLine(finding: Finding): string {
  return `${findingFile(finding)}: ${messageOf(finding)} (${finding.code})`;
}

function messageOf({ code, detail = "", index, line }: Finding): string {
  const key = `evidence.finding.${code}`;
  const params = { detail, ...(index !== undefined && { index }), ...(line !== undefined && { line }) };
  return isPageKey(key) ? pageText(key, params) : code;
}
