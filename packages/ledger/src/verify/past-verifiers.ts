import { ed25519Signer } from "../keys/signer.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { parseVerifierKey, type VerifierKey } from "../verifier/verifier-key.ts";
import { nodePrimitives } from "../verifier-node.ts";
import type { LedgerKeys } from "../writer/open-keys.ts";
import type { Findings } from "./finding.ts";

const FILE = "keys/past-verifiers";

/**
 * The verifier keys of earlier origins. With the master key each is held against the signing key that it belongs to:
 * the ring has their seeds, only the names stand here alone.
 */
export async function checkPastVerifiers(
  disk: Disk,
  layout: Layout,
  keys: LedgerKeys | undefined,
  findings: Findings,
): Promise<VerifierKey[]> {
  const text = (await disk.read(layout.pastVerifiers))?.toString("utf8") ?? "";
  const lines = text.split("\n").slice(0, -1);
  const seeds = keys?.ring.signerSeeds().slice(0, -1);
  if (!text.endsWith("\n") && text !== "")
    findings.add("FILE_DAMAGED", FILE, "it ends in the middle of a line");
  if (seeds !== undefined && seeds.length !== lines.length)
    findings.add("FILE_DAMAGED", FILE, `it must have ${seeds.length} lines, one for each earlier origin`);
  const found: VerifierKey[] = [];
  for (const [at, line] of lines.entries()) {
    try {
      const key = await parseVerifierKey(line, nodePrimitives);
      const seed = seeds?.[at];
      if (seed !== undefined && ed25519Signer(key.name, seed).verifierKey !== line)
        findings.add(
          "FILE_DAMAGED",
          FILE,
          `its line ${at + 1} is not a key that this ledger has signed with`,
        );
      else found.push(key);
    } catch (error) {
      findings.add("FILE_DAMAGED", FILE, (error as Error).message);
    }
  }
  return found;
}
