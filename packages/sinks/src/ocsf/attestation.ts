import type { SinkEntry } from "../entry.ts";
import type { Fields } from "./mapping.ts";
import { eventUid } from "./metadata.ts";

/**
 * The profile `record_integrity`, from our chain. The fingerprint is the leaf hash of the ledger's entry, which commits
 * to the record that this event was made of; it is not a hash of the event's own JSON, and `serialization` says so.
 * There is no signature here: what is signed is the tree, not the entry. `custody prove` gives the proof between them.
 */
export function attestationOf({ index, leafHash, origin, previousLeafHash }: SinkEntry): Fields {
  return {
    authority_uid: origin,
    chain_uid: origin,
    fingerprint: fingerprint(leafHash),
    ...(index > 0 && {
      prev_event: { fingerprint: fingerprint(previousLeafHash), uid: eventUid(origin, index - 1) },
    }),
    uid: eventUid(origin, index),
  };
}

function fingerprint(value: string): Fields {
  return {
    algorithm: "SHA-256",
    algorithm_id: 3,
    encoding: "Base64",
    encoding_id: 2,
    serialization: "RFC 6962 leaf of the Custody ledger entry",
    serialization_id: 99,
    value,
  };
}
