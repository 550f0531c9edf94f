import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hashLeaf } from "../../packages/ledger/src/merkle/hash.ts";
import { TileBuilder } from "../../packages/ledger/src/merkle/tile-builder.ts";
import { entriesPath, TILE_WIDTH, tilePath } from "../../packages/ledger/src/merkle/tile-path.ts";
import { formatCheckpoint } from "../../packages/ledger/src/verifier/checkpoint.ts";
import { formatNote } from "../../packages/ledger/src/verifier/note.ts";
import { formatVerifierKey, parseVerifierKey } from "../../packages/ledger/src/verifier/verifier-key.ts";

export interface LogKey {
  readonly keyId: string;
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly vkey: string;
}

export async function makeLogKey(name: string): Promise<LogKey> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const vkey = await formatVerifierKey(
    name,
    Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url"),
  );
  return { keyId: (await parseVerifierKey(vkey)).keyId, name, privateKey, vkey };
}

/** Writes a log of these entries by c2sp.org/tlog-tiles: nothing but tiles, bundles and a checkpoint. */
export function writeLogDirectory(dir: string, entries: readonly Buffer[], key: LogKey): void {
  const builder = new TileBuilder();
  for (const entry of entries) builder.append(hashLeaf(entry));
  for (const { level, index, width, bytes } of [...builder.takeFull(), ...builder.partials()]) {
    writeUnder(dir, tilePath(level, index, width), bytes);
  }
  for (let first = 0; first < entries.length; first += TILE_WIDTH) {
    const bundle = entries.slice(first, first + TILE_WIDTH);
    writeUnder(dir, entriesPath(first / TILE_WIDTH, bundle.length), encodeBundle(bundle));
  }
  writeUnder(dir, "checkpoint", signCheckpoint(entries.length, builder.root(), key));
}

export function signCheckpoint(size: number, root: Uint8Array, { keyId, name, privateKey }: LogKey): string {
  const text = formatCheckpoint({ origin: name, root, size });
  return formatNote(text, [{ keyId, name, signature: sign(null, Buffer.from(text), privateKey) }]);
}

/** A bundle is each entry after its length in two bytes. */
export function encodeBundle(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

function writeUnder(dir: string, path: string, bytes: Uint8Array | string): void {
  const file = join(dir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
