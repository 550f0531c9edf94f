import { hash, randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { LedgerError } from "../error.ts";
import { canonicalJson } from "../json/canonical.ts";
import { isKeyName } from "../verifier/typed-key.ts";
import type { Disk } from "./disk.ts";
import type { Layout } from "./layout.ts";

/** The version of everything below the directory. A newer one is refused; an older one is migrated, once there is one. */
const FORMAT_VERSION = 1;

/** What a ledger is, fixed at its first start; a copy that becomes a ledger of its own gets another origin. `id` is bound into every key and block, so that none can be moved. */
export interface Format {
  readonly id: Buffer;
  /** The checkpoint's origin and the name of the verifier key. */
  readonly origin: string;
}

/** Reads the format file; undefined when the directory holds no ledger yet. */
export async function readFormat(disk: Disk, layout: Layout): Promise<Format | undefined> {
  const bytes = await disk.read(layout.format);
  if (bytes === undefined) return undefined;
  const text = bytes.toString("utf8");
  const { format, id, origin } = parse(text);
  if (typeof format === "number" && format > FORMAT_VERSION) {
    throw new LedgerError(
      "FORMAT_NEWER",
      `${layout.format} says data format ${format}, this program knows up to ${FORMAT_VERSION}: run the newer version`,
    );
  }
  const found =
    typeof id === "string" && typeof origin === "string" ? { id: Buffer.from(id, "hex"), origin } : undefined;
  if (found === undefined || text !== encode(found)) {
    throw new LedgerError("FORMAT_UNKNOWN", `${layout.format} is damaged: restore it from a copy`);
  }
  return found;
}

/**
 * Makes a new identity, durable before anything else is written under it.
 *
 * @throws LedgerError VERIFIER_KEY_MALFORMED when the origin cannot be a name in checkpoints, and FORMAT_UNKNOWN when
 * there is a ledger already whose identity is gone.
 */
export async function createFormat(disk: Disk, layout: Layout, given?: string): Promise<Format> {
  const id = randomBytes(16);
  const origin = given ?? `custody.local/${id.toString("hex", 0, 8)}`;
  if (!isKeyName(origin)) {
    const reason = "a name is not empty, and has no space and no plus";
    throw new LedgerError(
      "VERIFIER_KEY_MALFORMED",
      `the origin ${JSON.stringify(origin)} is refused: ${reason}`,
    );
  }
  for (const path of [layout.keyRing, layout.epoch, layout.signed, layout.tree]) {
    if ((await disk.read(path)) === undefined) continue;
    throw new LedgerError(
      "FORMAT_UNKNOWN",
      `${layout.format} is missing, although there is ${path}: restore it from a copy`,
    );
  }
  await writeFormat(disk, layout, { id, origin });
  return { id, origin };
}

export async function writeFormat(disk: Disk, layout: Layout, format: Format): Promise<void> {
  await disk.replace(layout.format, Buffer.from(encode(format)));
  await disk.syncDirectory(dirname(layout.format));
}

/** `check` tells a damaged file from one that says something else: a changed id would look like a wrong master key. */
function encode(format: Format): string {
  const id = format.id.toString("hex");
  const { origin } = format;
  const check = hash("sha256", `custody/format/v1\n${FORMAT_VERSION}\n${id}\n${origin}\n`).slice(0, 16);
  return `${canonicalJson({ check, format: FORMAT_VERSION, id, origin })}\n`;
}

/** The members of a JSON object; none when it is something else. */
function parse(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
