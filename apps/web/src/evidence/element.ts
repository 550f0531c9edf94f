import { escapedParts, pageText } from "@custody/messages";

type Child = Node | string | undefined;

interface Given {
  readonly class?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** An element with these children. A string becomes text, never markup: nothing in this page parses HTML. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  given: Given = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (given.class !== undefined) made.className = given.class;
  for (const [attribute, value] of Object.entries(given.attributes ?? {}))
    made.setAttribute(attribute, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/**
 * A text that came from an agent, a database, or whoever made the file. Characters that act instead of showing themselves
 * are shown by their number and marked, and nothing in it changes the direction of what stands around it.
 */
export function recorded(text: string): HTMLElement {
  const parts = escapedParts(text).map((part) =>
    part.isEscaped
      ? element("span", { attributes: { title: pageText("text.escaped") }, class: "escaped" }, part.text)
      : part.text,
  );
  return element("bdi", { attributes: { dir: "ltr" } }, ...parts);
}

/** A recorded text of several lines. */
export function recordedLines(text: string): HTMLElement {
  const lines = text
    .split("\n")
    .flatMap((line, at) => (at === 0 ? [recorded(line)] : ["\n", recorded(line)]));
  return element("pre", { attributes: { tabindex: "0" } }, ...lines);
}
