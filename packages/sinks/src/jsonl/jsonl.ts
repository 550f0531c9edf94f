import { escapedJson } from "@custody/messages";
import type { Format } from "../format.ts";

/** The records themselves, as `custody log --json` prints them, each with its place in the chain. */
export const jsonl: Format = {
  extension: "jsonl",
  header: "",
  line: ({ index, leafHash, previousLeafHash, record }) =>
    `${escapedJson({ index, ...record, integrity: { leafHash, previousLeafHash } })}\n`,
  name: "jsonl",
};
