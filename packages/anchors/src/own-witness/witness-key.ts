import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Cosigner, ed25519Cosigner, nodeDisk } from "@custody/ledger";
import { AnchorError } from "../error.ts";
import { WitnessStore } from "./witness-store.ts";

const FIRST_LINE = "custody/witness-key/v1";

/** The key of the witness in a directory, or `undefined` before its first start. @throws AnchorError WITNESS_STATE_DAMAGED */
export async function readWitnessKey(directory: string): Promise<Cosigner | undefined> {
  const path = pathOf(directory);
  const text = (await nodeDisk.read(path))?.toString("utf8");
  if (text === undefined) return undefined;
  const [first, name, seed, rest] = text.split("\n");
  if (first !== FIRST_LINE || !/^[0-9a-f]{64}$/.test(seed ?? "") || rest !== "")
    throw new AnchorError(
      "WITNESS_STATE_DAMAGED",
      `${path} is not the key of a witness: restore it, or begin with a new directory`,
    );
  return ed25519Cosigner(name as string, Buffer.from(seed as string, "hex"));
}

/**
 * The same, made at the first start. A name belongs to a key for good, since a cosignature does not carry it.
 *
 * @throws AnchorError WITNESS_STATE_DAMAGED, LedgerError VERIFIER_KEY_MALFORMED for a name that no key can have
 */
export async function ensureWitnessKey(directory: string, name: string): Promise<Cosigner> {
  const found = await readWitnessKey(directory);
  if (found !== undefined) return found;
  if (!(await new WitnessStore(directory, nodeDisk).isEmpty()))
    throw new AnchorError(
      "WITNESS_STATE_DAMAGED",
      `${directory} has cosigned checkpoints and no witness.key: restore it, or begin with a new directory`,
    );
  const seed = randomBytes(32);
  const cosigner = ed25519Cosigner(name, seed);
  await nodeDisk.makeDirectory(directory);
  await nodeDisk.replace(
    pathOf(directory),
    Buffer.from(`${FIRST_LINE}\n${name}\n${seed.toString("hex")}\n`),
    0o600,
  );
  await nodeDisk.syncDirectory(directory);
  return cosigner;
}

function pathOf(directory: string): string {
  return join(directory, "witness.key");
}
