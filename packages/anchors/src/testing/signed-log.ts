import { generateKeyPairSync, sign } from "node:crypto";
import { formatAddCheckpoint, nodePrimitives } from "@custody/ledger";
import {
  formatCheckpoint,
  formatNote,
  formatVerifierKey,
  parseVerifierKey,
  type VerifierKey,
} from "@custody/ledger/verifier";
import { consistencyOf, rootOf } from "./merkle.ts";

/** A log that signs whatever it is told to, also two histories. */
export interface SignedLog {
  readonly origin: string;
  readonly key: VerifierKey;
  readonly verifierKey: string;
  /** The checkpoint of these entries. */
  sign(entries: readonly string[]): string;
  /** A note of this text, whatever it says. */
  signText(text: string): string;
  /** What it would send to a witness that has cosigned the first `oldSize` of these entries. */
  ask(oldSize: number, entries: readonly string[]): Buffer;
}

export async function signedLog(origin = "log.example"): Promise<SignedLog> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x as string, "base64url");
  const verifierKey = await formatVerifierKey(origin, raw, nodePrimitives);
  const key = await parseVerifierKey(verifierKey, nodePrimitives);
  const signText = (text: string): string =>
    formatNote(text, [
      { keyId: key.keyId, name: origin, signature: sign(null, Buffer.from(text), privateKey) },
    ]);
  const log: SignedLog = {
    ask: (oldSize, entries) => {
      const proof = oldSize > entries.length ? [] : consistencyOf(oldSize, entries);
      return Buffer.from(formatAddCheckpoint({ checkpoint: log.sign(entries), oldSize, proof }));
    },
    key,
    origin,
    sign: (entries) => signText(formatCheckpoint({ origin, root: rootOf(entries), size: entries.length })),
    signText,
    verifierKey,
  };
  return log;
}

/** Entries number 0 up to `count`, of which those from `forkAt` on are another history's for each name. */
export function history(count: number, forkAt: number = count, name = "a"): string[] {
  return Array.from({ length: count }, (_, at) => (at < forkAt ? `entry ${at}` : `${name} ${at}`));
}
