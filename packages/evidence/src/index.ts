/**
 * What an evidence folder holds, and how it is checked. Nothing here is of Node, so that the command and the page of the
 * folder itself say the same.
 */
export { contradiction, readRecord } from "./read-record.ts";
