import { alertEn } from "./alert-en.ts";
import { escapeText } from "./escape.ts";
import { type PageKey, pageText } from "./page-text.ts";
import type { Language } from "./render.ts";

/** Who and what an alert is about; what it does not say is left out. */
export type AlertParameters = Readonly<Record<string, string | undefined>>;

/** What kind of an alert it is, in a few words. A kind of a newer version is shown by its name. */
export function alertTitle(kind: string, language: Language = "en"): string {
  const key = `alert.title.${kind}`;
  return isAlertKey(key) ? pageText(key, {}, language) : escapeText(kind);
}

/**
 * What happened, in a sentence. Parameters are what agents and strangers said, so they are escaped here; what is not known
 * is called so.
 */
export function alertText(kind: string, parameters: AlertParameters, language: Language = "en"): string {
  const key = `alert.text.${kind}`;
  if (!isAlertKey(key)) return alertTitle(kind, language);
  const unknown = pageText("alert.unknown", {}, language);
  const names = [...alertEn[key].matchAll(/\{([a-z]+)\}/g)].map((match) => match[1] as string);
  const filled = names.map((name) => [name, escapeText(parameters[name] ?? unknown)]);
  return pageText(key, Object.fromEntries(filled), language);
}

function isAlertKey(key: string): key is PageKey & keyof typeof alertEn {
  return Object.hasOwn(alertEn, key);
}
