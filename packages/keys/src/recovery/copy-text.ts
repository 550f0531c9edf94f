import { KeysError } from "../error.ts";

/** What is needed to read a ledger, should everything else be lost: its master key, and which ledger's it is. */
export interface RecoveryCopy {
  /** The ledger's id, in hex. */
  readonly ledger: string;
  readonly origin: string;
  /** How often the key was rotated, and one: a copy opens the ring of its own generation only. */
  readonly generation: number;
  /** RFC 3339, in UTC. */
  readonly made: string;
  readonly key: Buffer;
}

const FIRST_LINE = "custody recovery copy, version 1";

/** The text that is encrypted: lines that a person can use without us, the key in the last. */
export function formatCopy({ ledger, origin, generation, made, key }: RecoveryCopy): string {
  const lines = [
    FIRST_LINE,
    `ledger ${ledger}`,
    `origin ${origin}`,
    `generation ${generation}`,
    `made ${made}`,
    `key ${key.toString("hex")}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** @throws KeysError RECOVERY_COPY_MALFORMED unless it is the one text that `formatCopy` makes */
export function parseCopy(text: string): RecoveryCopy {
  const [, ledger, origin, generation, made, key] = LINES.exec(text) ?? [];
  if (ledger && origin && generation && made && key)
    return { generation: Number(generation), key: Buffer.from(key, "hex"), ledger, made, origin };
  const version = /^custody recovery copy, version (\d+)\n/.exec(text)?.[1];
  throw new KeysError(
    "RECOVERY_COPY_MALFORMED",
    version === undefined || version === "1"
      ? "what is encrypted in it is no recovery copy"
      : `it has version ${version} of the format, and this program knows only 1: use a newer one`,
  );
}

const LINES =
  /^custody recovery copy, version 1\nledger ([0-9a-f]{32})\norigin ([^\s+]{1,1024})\ngeneration ([1-9]\d{0,14})\nmade (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)\nkey ([0-9a-f]{64})\n$/;
