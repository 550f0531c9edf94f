import { pageText } from "@custody/messages";
import { element, recorded } from "./element.ts";
import type { PageData } from "./read-data.ts";

/** What the file says of itself; what of it holds, the verdict says. */
export function head({ checkpoint, manifest }: PageData): HTMLElement {
  const [origin = "", size = ""] = checkpoint.split("\n");
  const { madeAt, madeBy, records, session } = manifest;
  return element(
    "header",
    {},
    element("h1", {}, pageText("evidence.title")),
    element(
      "dl",
      {},
      ...fact(pageText("evidence.session"), session),
      ...fact(pageText("evidence.records"), String(records)),
      ...fact(pageText("evidence.log"), origin),
      ...fact(pageText("evidence.size"), size),
      ...fact(pageText("evidence.made"), `${madeAt}, ${madeBy}`),
    ),
  );
}

function fact(name: string, value: string): [HTMLElement, HTMLElement] {
  return [element("dt", {}, name), element("dd", {}, recorded(value))];
}
