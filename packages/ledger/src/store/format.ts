import { randomBytes } from "node:crypto";
import { LedgerError } from "../error.ts";
import { canonicalJson } from "../json/canonical.ts";
import type { Disk } from "./disk.ts";
import type { Layout } from "./layout.ts";

/** The version of everything below the directory. A newer one is refused; an older one is migrated, once there is one. */
export const FORMAT_VERSION = 1;

/** What a ledger is, fixed at its first start. `id` is bound into every key and block, so that none can be moved. */
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
  const value = parse(text, layout.format);
  const { format, id, origin } = value;
  if (typeof format === "number" && format > FORMAT_VERSION) {
    throw new LedgerError(
      "FORMAT_NEWER",
      `${layout.root} has data format ${format}, this program knows up to ${FORMAT_VERSION}: run the newer version`,
    );
  }
  const wellFormed =
    format === FORMAT_VERSION &&
    typeof id === "string" &&
    /^[0-9a-f]{32}$/.test(id) &&
    typeof origin === "string";
  if (!wellFormed || text !== encode({ id: Buffer.from(id, "hex"), origin })) {
    throw new LedgerError("FORMAT_UNKNOWN", `${layout.format} is damaged: restore it from a copy`);
  }
  return { id: Buffer.from(id, "hex"), origin };
}

/** Makes a new identity and writes it down durably. */
export async function createFormat(disk: Disk, layout: Layout, origin?: string): Promise<Format> {
  const id = randomBytes(16);
  const format = { id, origin: origin ?? `custody.local/${id.toString("hex", 0, 8)}` };
  await disk.replace(layout.format, Buffer.from(encode(format)));
  return format;
}

function encode(format: Format): string {
  return `${canonicalJson({ format: FORMAT_VERSION, id: format.id.toString("hex"), origin: format.origin })}\n`;
}

function parse(text: string, path: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new LedgerError("FORMAT_UNKNOWN", `${path} is not JSON: restore it from a copy`, { cause });
  }
}
