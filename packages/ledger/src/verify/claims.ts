import { parseCheckpoint } from "../verifier/checkpoint.ts";
import { openNote } from "../verifier/note.ts";
import type { VerifierKey } from "../verifier/verifier-key.ts";
import { nodePrimitives } from "../verifier-node.ts";
import type { Findings } from "./finding.ts";

/** Somebody's signed word on what the tree's root was at some size. */
export interface Claim {
  readonly size: number;
  readonly root: Buffer;
  readonly file: string;
}

/** Opens a checkpoint signed with one of the keys; a bad one is a finding and no claim. */
export async function openClaim(
  note: Buffer | string,
  file: string,
  keys: readonly VerifierKey[],
  findings: Findings,
): Promise<Claim | undefined> {
  try {
    const { text, verified } = await openNote(note, keys, nodePrimitives);
    const { origin, size, root } = parseCheckpoint(text);
    const names = verified.map(({ name }) => name);
    if (names.includes(origin)) return { size, root: Buffer.from(root), file };
    findings.add("CHECKPOINT_INVALID", file, `it comes from ${origin}, not from ${names.join(", ")}`);
  } catch (error) {
    findings.add("CHECKPOINT_INVALID", file, (error as Error).message);
  }
  return undefined;
}
