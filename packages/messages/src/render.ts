import { en } from "./en.ts";
import type { Catalogue, MessageKey } from "./message-key.ts";

/** Languages that have a catalogue. */
export type Language = "en";

export type MessageParameters = Readonly<Record<string, string | number | boolean>>;

const catalogues: Readonly<Record<Language, Catalogue>> = { en };

/**
 * The text of a message, in the reader's language. A key that this version does not know, from a newer one, is
 * shown as it is, and so is a parameter that the record lacks.
 *
 * Parameters can come from an agent: whoever shows the text escapes it for the place where it is shown.
 */
export function render(key: string, params: MessageParameters, language: Language = "en"): string {
  const text = isKey(key) ? catalogues[language][key] : key;
  return text.replace(/\{([a-z]+)\}/gi, (placeholder, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : placeholder,
  );
}

/** Not `in`: a record could name a member that every object inherits. */
function isKey(key: string): key is MessageKey {
  return Object.hasOwn(en, key);
}
