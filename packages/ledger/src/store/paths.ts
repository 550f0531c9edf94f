import { entriesPath } from "../merkle/tile-path.ts";

/** The payload file beside an entry bundle: the same numbering, without partial widths because it only grows. */
export function payloadPath(bundle: number): string {
  return entriesPath(bundle).replace("tile/entries/", "payload/");
}

/** The directory that holds the partial files of a full file. */
export function partialsPath(path: string): string {
  return `${path}.p`;
}
