export { escapedJson, escapeText } from "./escape.ts";
export type { MessageKey } from "./message-key.ts";
export type { Language, MessageParameters } from "./render.ts";
export { render } from "./render.ts";
