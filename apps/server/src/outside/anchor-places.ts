import {
  filePlace,
  gitPlace,
  type KeptLedger,
  type Place,
  readRoots,
  s3Place,
  timestampAuthority,
} from "@custody/anchors";
import type { AnchorSettings, TimestampSettings } from "./anchor-settings.ts";

/** The authority and the anchors that the settings name. @throws AnchorError */
export function anchorPlaces(
  {
    anchors = [],
    timestamps,
  }: { readonly anchors?: readonly AnchorSettings[]; readonly timestamps?: TimestampSettings },
  { ledger, logKey }: KeptLedger,
): Place[] {
  const places = anchors.map((settings) => anchorPlace(settings, { ledger, logKey }));
  return timestamps === undefined ? places : [authorityOf(timestamps), ...places];
}

function authorityOf({ authority, everyMs, roots }: TimestampSettings): Place {
  return timestampAuthority({ everyMs, fetch, roots: readRoots(roots, "timestamps.roots"), url: authority });
}

function anchorPlace(settings: AnchorSettings, kept: KeptLedger): Place {
  switch (settings.kind) {
    case "git":
      return gitPlace({ ...settings, ...kept });
    case "file":
      return filePlace({ ...settings, ...kept });
    case "s3":
      return s3Place({ ...settings, ...kept, fetch });
  }
}
