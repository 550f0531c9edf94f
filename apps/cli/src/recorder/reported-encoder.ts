import type { ReportedDraft } from "@custody/domain";
import { type EncodeRecord, recordEncoder } from "./encode-record.ts";
import type { Origin } from "./origin.ts";

/** Writes records whose source is somebody else, who numbered them; where they were taken down is here. */
export function reportedEncoder({ location }: Origin): (draft: ReportedDraft, id: string) => string {
  let known: { readonly key: string; readonly encode: EncodeRecord } | undefined;
  return ({ source: { instance, name, sequence, version }, ...draft }, id) => {
    const key = JSON.stringify([instance, name, version]);
    if (known?.key !== key) {
      const source = { instance, kind: "sdk", name, vantage: "reported", version } as const;
      known = { encode: recordEncoder({ location, source }), key };
    }
    return known.encode(draft, { id, sequence, statement: undefined });
  };
}
