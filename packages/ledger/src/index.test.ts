import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as ledger from "./index.ts";

/** Types leave no trace at run time, so they are read from the source. */
const exportedTypes = [
  ...readFileSync(new URL("index.ts", import.meta.url), "utf8").matchAll(/export type \{([^}]*)\}/g),
]
  .flatMap(([, names]) => (names as string).split(","))
  .map((name) => name.trim())
  .sort();

test("the package exports these values and no others", () => {
  expect(Object.keys(ledger).sort()).toEqual([
    "DirectoryLock",
    "Ledger",
    "LedgerError",
    "LedgerReader",
    "ORDER_KEYS_MAX",
    "ORDER_TYPE",
    "canonicalJson",
    "copyLedger",
    "ed25519Cosigner",
    "fileKeySource",
    "formatAddCheckpoint",
    "formatBlobReference",
    "masterKeyFromBytes",
    "nodeDisk",
    "nodePrimitives",
    "openLedger",
    "orderIn",
    "parseAddCheckpoint",
    "parseBlobReference",
    "publicLog",
    "readIdentity",
    "sealedKeySource",
    "verifyLedger",
  ]);
});

test("the package exports these types and no others", () => {
  expect(exportedTypes).toEqual([
    "AcceptLoss",
    "AddCheckpoint",
    "Appended",
    "BlobReference",
    "BlobSource",
    "CopyFile",
    "CopyOptions",
    "CopyReport",
    "Cosigner",
    "DescribeEvent",
    "Disk",
    "Erasure",
    "ErasureOrder",
    "EventContext",
    "ExportedMasterKey",
    "Finding",
    "FindingCode",
    "InspectPayload",
    "KeptCheckpoint",
    "KeyOptions",
    "KeyRotation",
    "KeyScope",
    "KeySealer",
    "KeySource",
    "LedgerErrorCode",
    "LedgerEvent",
    "LedgerIdentity",
    "LedgerOptions",
    "ListBlobs",
    "MasterKey",
    "NewEntry",
    "OnPurge",
    "PublicFile",
    "PublicLogOptions",
    "Purged",
    "ReadEntry",
    "ReaderOptions",
    "RecordedErasure",
    "References",
    "Safety",
    "ScopedKey",
    "VerifyOptions",
    "VerifyReport",
  ]);
});
