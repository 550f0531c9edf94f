import { nodePrimitives } from "@custody/ledger";
import {
  type CosignerKey,
  formatNote,
  isQuorum,
  openCosignedCheckpoint,
  type PolicyWitness,
  parseNote,
  type VerifierKey,
  type WitnessPolicy,
} from "@custody/ledger/verifier";
import type { SignedCheckpoint } from "../place.ts";
import type { OutsideFolder } from "./outside-folder.ts";

type KnownWitness = PolicyWitness & { readonly key: CosignerKey };

export interface WitnessedOptions {
  readonly folder: OutsideFolder;
  readonly policy: WitnessPolicy;
  readonly logKey: VerifierKey;
}

/** The newest checkpoint that enough witnesses have cosigned. */
export interface Witnessed {
  readonly size: number;
  /** By what the policy calls them, with the time that each gave: RFC 3339. */
  readonly cosigners: readonly { readonly name: string; readonly time: string }[];
}

/** A round may go on while the next begins. More than these are checkpoints that nobody asks about any more. */
const NOTES_MAX = 8;

/** Gathers cosignatures of one checkpoint from several witnesses, and keeps it once the policy calls them enough. */
export class WitnessedNote {
  readonly #options: WitnessedOptions;
  /** By their text, oldest first: each whole, with all signatures so far. */
  readonly #notes = new Map<string, string>();
  #line: Promise<void> = Promise.resolve();
  #witnessed: Witnessed | undefined;

  constructor(options: WitnessedOptions) {
    this.#options = options;
  }

  get current(): Witnessed | undefined {
    return this.#witnessed;
  }

  /** Goes on from what an earlier run has kept. One that does not hold by this policy still proves what it proves. */
  async begin(): Promise<void> {
    const { folder } = this.#options;
    const note = await folder.readWitnessed();
    if (note === undefined) return;
    this.#witnessed = await witnessedBy(note, this.#options);
    if (this.#witnessed === undefined) await folder.keepCheckpoint("past", note);
    else this.#notes.set(parseNote(note).text, note);
  }

  /** One after the other, so that two witnesses who answer together do not lose each other's lines. */
  add(checkpoint: SignedCheckpoint, cosignatures: readonly string[]): Promise<void> {
    const added = this.#line.then(() => this.#add(checkpoint, cosignatures));
    this.#line = added.catch(() => {});
    return added;
  }

  async #add({ note, size }: SignedCheckpoint, cosignatures: readonly string[]): Promise<void> {
    const { text } = parseNote(note);
    const joined = join(this.#notes.get(text) ?? note, cosignatures);
    this.#notes.set(text, joined);
    for (const oldest of this.#notes.keys()) {
      if (this.#notes.size <= NOTES_MAX) break;
      this.#notes.delete(oldest);
    }
    if (size < (this.#witnessed?.size ?? 0)) return;
    const witnessed = await witnessedBy(joined, this.#options);
    if (witnessed === undefined) return;
    await this.#options.folder.writeWitnessed(joined);
    this.#witnessed = witnessed;
  }
}

/** By whom, if by enough; undefined also for what is no checkpoint of this log. */
export async function witnessedBy(
  note: string,
  { logKey, policy }: Pick<WitnessedOptions, "logKey" | "policy">,
): Promise<Witnessed | undefined> {
  const witnesses = policy.witnesses.filter((witness): witness is KnownWitness => witness.key !== undefined);
  try {
    const keys = { cosigners: witnesses.map(({ key }) => key), log: [logKey] };
    const { checkpoint, cosignatures } = await openCosignedCheckpoint(note, keys, nodePrimitives);
    // In the order of the policy, whoever answered first.
    const found = witnesses.flatMap((witness) => {
      const cosignature = cosignatures.find(({ key }) => key === witness.key);
      return cosignature === undefined ? [] : [{ timeS: cosignature.timeS, witness }];
    });
    const isEnough =
      found.length > 0 && isQuorum(policy, new Set<PolicyWitness>(found.map((each) => each.witness)));
    if (!isEnough || checkpoint.origin !== logKey.name || !isOfPolicy(policy, logKey)) return undefined;
    const cosigners = found.map(({ timeS, witness }) => ({
      name: witness.name,
      time: new Date(timeS * 1000).toISOString(),
    }));
    return { cosigners, size: checkpoint.size };
  } catch {
    return undefined;
  }
}

/** A policy that names logs means those, and no other. */
export function isOfPolicy({ logs }: WitnessPolicy, { keyId, name }: VerifierKey): boolean {
  return logs.length === 0 || logs.some(({ key }) => key?.name === name && key.keyId === keyId);
}

/** The note with these lines as well; a newer cosignature of one key takes the place of the older. */
function join(note: string, cosignatures: readonly string[]): string {
  const { signatures, text } = parseNote(note);
  const added = cosignatures.flatMap((line) => parseNote(`${text}\n${line}\n`).signatures);
  const others = signatures.filter(
    ({ keyId, name }) => !added.some((each) => each.keyId === keyId && each.name === name),
  );
  return formatNote(text, [...others, ...added]);
}
