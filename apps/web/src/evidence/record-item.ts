import type { CheckedRecord } from "@custody/evidence";
import { pageText, render } from "@custody/messages";
import { element, recorded, recordedLines } from "./element.ts";

const SUMMARY_CHARACTERS_MAX = 160;

/** What a record is called: `recorded` is said only when the whole evidence is in order. */
type ShownState = CheckedRecord["state"] | "unproved";

/** One record: a line, which opens to all of it. */
export function recordItem(checked: CheckedRecord, isProved: boolean): HTMLElement {
  const { envelope } = checked;
  const state: ShownState = checked.state === "recorded" && !isProved ? "unproved" : checked.state;
  const details = element(
    "details",
    { attributes: { "data-index": String(envelope.i), "data-state": state } },
    element(
      "summary",
      {},
      element("span", { class: "index" }, String(envelope.i)),
      element("span", { class: "time" }, timeText(envelope.ts)),
      element("span", { class: "type" }, envelope.t),
      element("span", { class: "what" }, recorded(summary(checked))),
      element("span", { class: "state" }, pageText(`evidence.state.${state}`)),
    ),
  );
  // What nobody has opened need not be in the document.
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(body(checked));
  });
  return element("li", {}, details);
}

function body({ envelope, record, state }: CheckedRecord): HTMLElement {
  const text = state === "destroyed" ? "evidence.record-destroyed" : "evidence.record-changed";
  const shown =
    state === "recorded" && record !== undefined
      ? [element("p", {}, pageText("evidence.record")), recordedLines(JSON.stringify(record, null, 2))]
      : [element("p", {}, pageText(text))];
  const entry = pageText("evidence.entry", { index: envelope.i });
  return element(
    "div",
    { class: "body" },
    ...shown,
    element("p", {}, entry),
    recordedLines(JSON.stringify(envelope, null, 2)),
  );
}

/** Whoever made the record chose every part of it, so each may be of another kind than it should. */
function summary({ record }: CheckedRecord): string {
  if (record === undefined) return "";
  const { message, statement } = record as { message: typeof record.message; statement?: { text?: unknown } };
  const text = statement?.text;
  const shown = typeof text === "string" ? text : render(message.key, message.params);
  return shown.length > SUMMARY_CHARACTERS_MAX
    ? `${[...shown].slice(0, SUMMARY_CHARACTERS_MAX).join("")}…`
    : shown;
}

function timeText(ms: number): string {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? String(ms) : time.toISOString().replace("T", " ");
}
