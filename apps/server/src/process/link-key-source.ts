import type { KeySource } from "@custody/ledger";
import type { DataPathLink } from "./data-path-link.ts";

/**
 * The master key as the data path has it, wherever that has it from. So this process needs no credentials of Vault or
 * of a cloud, starts again while those do not answer, and follows a rotation.
 */
export function linkKeySource(link: Pick<DataPathLink, "ask">): KeySource {
  const refuse = async () => {
    throw new Error("only the data path rotates the master key");
  };
  return {
    description: "the data path",
    read: async () => bufferOf((await link.ask("heldKeys", undefined)).current),
    rotation: {
      commit: refuse,
      prepare: refuse,
      readPrepared: async () => bufferOf((await link.ask("heldKeys", undefined)).prepared),
    },
  };
}

/** What comes through the pipe is no Buffer any more. */
function bufferOf(bytes: Uint8Array | undefined): Buffer | undefined {
  return bytes && Buffer.from(bytes);
}
