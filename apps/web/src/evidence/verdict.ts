import type { Finding } from "@custody/evidence";
import { isPageKey, pagePlural, pageText } from "@custody/messages";
import type { CheckedEvidence } from "./check-evidence.ts";
import { countText } from "./count-text.ts";
import { element, recorded } from "./element.ts";
import type { PageData } from "./read-data.ts";

/** What the check has come to, in one line that is read out when it changes. `undefined`: the key was no key. */
export function verdict(
  checked: CheckedEvidence | undefined,
  { manifest }: PageData,
  isKeyGiven: boolean,
): HTMLElement {
  if (checked === undefined) return banner("bad", pageText("evidence.key-missing"));
  const { findingCount, ok, records } = checked.report;
  if (!ok) return banner("bad", pagePlural("evidence.bad", findingCount));
  const isPart = records < manifest.records;
  const text = isPart
    ? pageText("evidence.ok-part", { count: countText(records), total: countText(manifest.records) })
    : pagePlural("evidence.ok", records);
  return banner("ok", isKeyGiven ? text : pageText("evidence.if-key", { verdict: text }));
}

export function banner(state: "ok" | "bad" | "checking", text: string): HTMLElement {
  return element("p", { attributes: { "data-verdict": state }, class: "verdict" }, text);
}

export function findings({ report }: CheckedEvidence): HTMLElement | undefined {
  if (report.findings.length === 0) return undefined;
  return list("findings", pageText("evidence.findings"), report.findings.map(findingItem));
}

function findingItem({ code, detail = "", index, line }: Finding): HTMLElement {
  const key = `evidence.finding.${code}`;
  const params = { detail, ...(index !== undefined && { index }), ...(line !== undefined && { line }) };
  const attributes = { "data-finding": code };
  return element("li", { attributes }, isPageKey(key) ? pageText(key, params) : code);
}

/** What is true although nothing is wrong, and what no check can say. */
export function notes({ report }: CheckedEvidence, { lines, manifest, outside }: PageData): HTMLElement {
  const { destroyed, firstRestart, ofSession, records, restarts, witnessed } = report;
  const held = lines.length / 2;
  const others = records - destroyed - ofSession;
  const texts = [
    held < manifest.records &&
      pageText("evidence.part", { count: countText(held), total: countText(manifest.records) }),
    destroyed > 0 && pagePlural("evidence.destroyed", destroyed),
    report.signed > 0 && pagePlural("evidence.signed", report.signed),
    others > 0 && pagePlural("evidence.governance", others),
    firstRestart !== undefined &&
      `${pagePlural("evidence.restarts", restarts)} ${pageText("evidence.first-restart", { index: firstRestart })}`,
    witnessed && pageText("evidence.witnessed", { names: witnessed.names.join(", "), size: witnessed.size }),
    outside.length > 0
      ? pageText("evidence.outside", { names: outside.join(", ") })
      : pageText("evidence.no-outside"),
    pageText("evidence.open-end"),
    pageText("evidence.page-too"),
  ];
  const items = texts.filter((text) => typeof text === "string");
  return list(
    "notes",
    pageText("evidence.notes"),
    items.map((text) => element("li", {}, recorded(text))),
  );
}

function list(id: string, title: string, items: readonly HTMLElement[]): HTMLElement {
  return element(
    "section",
    { attributes: { "aria-labelledby": `${id}-title` }, class: id },
    element("h2", { attributes: { id: `${id}-title` } }, title),
    element("ul", {}, ...items),
  );
}
