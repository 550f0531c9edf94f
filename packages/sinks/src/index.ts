export type { SinkEntry } from "./entry.ts";
export { sinkEntry } from "./entry.ts";
export type { Format, FormatName } from "./format.ts";
export { formats } from "./format.ts";
