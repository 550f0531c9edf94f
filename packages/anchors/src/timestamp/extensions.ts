import type { DerReader } from "../der/der-reader.ts";
import { tags } from "../der/tags.ts";
import { AnchorError } from "../error.ts";

export interface Extension {
  /** Whoever does not understand it must not go on. */
  readonly isCritical: boolean;
  readonly value: Buffer;
}

/** Extensions, RFC 5280, section 4.1: what is inside of the sequence. */
export function readExtensions(list: DerReader): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>();
  while (list.hasMore) {
    const extension = list.inside();
    const oid = extension.oid();
    const isCritical = extension.nextTag === tags.boolean && extension.boolean();
    const value = extension.octets();
    extension.finish();
    // Otherwise it would depend on the reader which of the two counts.
    if (found.has(oid)) throw new AnchorError("EVIDENCE_MALFORMED", `The extension ${oid} is there twice`);
    found.set(oid, { isCritical, value });
  }
  return found;
}
