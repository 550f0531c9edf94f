import { pageText } from "@custody/messages";
import { element, recorded } from "./element.ts";

/** The key that counts: what the whole page says is said under it. `isGiven` when the reader brought it. */
export function keySection(key: string, isGiven: boolean, onGiven: (key: string) => void): HTMLElement {
  const input = element("input", {
    attributes: { autocomplete: "off", id: "given-key", spellcheck: "false", type: "text" },
  });
  const form = element(
    "form",
    { class: "key-form" },
    element("label", { attributes: { for: "given-key" } }, pageText("evidence.key-label")),
    input,
    element("button", { attributes: { type: "submit" } }, pageText("evidence.key-check")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim() !== "") onGiven(input.value.trim());
  });
  const about = pageText(isGiven ? "evidence.key-given" : "evidence.key-unknown");
  return element(
    "section",
    { attributes: { "aria-labelledby": "key-title", "data-key": isGiven ? "given" : "from-file" } },
    element("h2", { attributes: { id: "key-title" } }, pageText("evidence.key")),
    element("p", { class: "key" }, recorded(key)),
    element("p", { class: isGiven ? "" : "caution" }, about),
    form,
  );
}
