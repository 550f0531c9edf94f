import type { CheckedRecord } from "@custody/evidence";
import { pageText } from "@custody/messages";
import { countText } from "./count-text.ts";
import { element } from "./element.ts";
import { recordItem } from "./record-item.ts";

const PAGE_RECORDS = 100;

/** The records, a page at a time: ten thousand in one list would stop a browser for seconds. */
export function recordList(records: readonly CheckedRecord[], isProved: boolean): HTMLElement {
  const items = element("ol", { class: "records" });
  const range = element("span", { attributes: { role: "status" } });
  const previous = element("button", { attributes: { type: "button" } }, pageText("evidence.previous"));
  const next = element("button", { attributes: { type: "button" } }, pageText("evidence.next"));
  let begin = 0;
  const show = (from: number) => {
    begin = from;
    const end = Math.min(begin + PAGE_RECORDS, records.length);
    items.replaceChildren(...records.slice(begin, end).map((record) => recordItem(record, isProved)));
    range.textContent = pageText("evidence.range", {
      count: countText(records.length),
      first: countText(begin + 1),
      last: countText(end),
    });
    previous.disabled = begin === 0;
    next.disabled = end === records.length;
  };
  previous.addEventListener("click", () => show(begin - PAGE_RECORDS));
  next.addEventListener("click", () => show(begin + PAGE_RECORDS));
  if (records.length > 0) show(0);
  const pager = element(
    "nav",
    { attributes: { "aria-label": pageText("evidence.pages") }, class: "pager" },
    previous,
    range,
    next,
  );
  return element(
    "section",
    { attributes: { "aria-labelledby": "list-title" } },
    element("h2", { attributes: { id: "list-title" } }, pageText("evidence.list")),
    records.length > PAGE_RECORDS ? pager : undefined,
    items,
  );
}
