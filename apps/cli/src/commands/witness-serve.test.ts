import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePrimitives } from "@custody/ledger";
import { formatVerifierKey } from "@custody/ledger/verifier";
import { expect, onTestFinished, test } from "vitest";
import { knownLogs } from "../witness/known-logs.ts";
import type { CommandContext } from "./context.ts";
import { witnessKey } from "./witness-key.ts";
import { type WitnessServeOptions, witnessServe } from "./witness-serve.ts";

const logKey = await formatVerifierKey("log.example", new Uint8Array(32).fill(1), nodePrimitives);
const otherKey = await formatVerifierKey("other.example", new Uint8Array(32).fill(2), nodePrimitives);

function context(data: string | undefined): CommandContext & { folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "custody-witness-"));
  onTestFinished(() => rmSync(folder, { force: true, recursive: true }));
  return {
    config: undefined,
    data,
    environment: { variables: {}, version: "1", workingDirectory: folder },
    folder,
    isJson: false,
    output: {} as never,
  };
}

test.each<[string, string, Partial<WitnessServeOptions>]>([
  ["a log that is none", "Not a verifier key", { log: ["a+b"] }],
  ["no log", "nothing to witness", { log: [] }],
  ["a file that is not there", "cannot be read", { log: ["/not/there"] }],
  ["an address that is none", "is no address", { listen: "here" }],
  ["other machines without TLS", "nothing on it would be encrypted", { listen: "0.0.0.0:0" }],
  ["half of TLS", "belong together", { tlsCert: "x.pem" }],
  ["a certificate that is not there", "is not there", { tlsCert: "x.pem", tlsKey: "y.pem" }],
])("with %s no witness starts, and nothing is made", async (_, why, given) => {
  const it = context("witness");
  const options = { listen: "127.0.0.1:0", log: [logKey], ...given };
  await expect(witnessServe(it, options)).rejects.toThrow(why);
  expect(existsSync(join(it.folder, "witness"))).toBe(false);
});

test("a witness has a directory of its own, and no ledger's", async () => {
  await expect(witnessKey(context(undefined))).rejects.toMatchObject({ code: "USAGE" });
  const it = context("data");
  await expect(witnessKey(it)).rejects.toMatchObject({ code: "FILE_UNUSABLE" });
  mkdirSync(join(it.folder, "data/.state"), { recursive: true });
  writeFileSync(join(it.folder, "data/.state/ledger.json"), "{}");
  await expect(witnessKey(it)).rejects.toThrow("holds a ledger");
});

test("logs can stand in a file, one key a line", async () => {
  const it = context("witness");
  writeFileSync(join(it.folder, "logs"), `# ours\n${logKey}\n\n  ${otherKey}\n`);
  expect([...(await knownLogs(it, ["logs"])).keys()]).toEqual(["log.example", "other.example"]);
  expect((await knownLogs(it, [logKey, logKey])).get("log.example")).toHaveLength(2);
});
