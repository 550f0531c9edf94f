export type { AlertParameters } from "./alert-text.ts";
export { alertText, alertTitle } from "./alert-text.ts";
export type { EscapedPart } from "./escape.ts";
export { escapedJson, escapedParts, escapeText } from "./escape.ts";
export type { MessageKey } from "./message-key.ts";
export type { PageKey, PluralKey } from "./page-text.ts";
export { isPageKey, pagePlural, pageText } from "./page-text.ts";
export type { Language, MessageParameters } from "./render.ts";
export { render } from "./render.ts";
