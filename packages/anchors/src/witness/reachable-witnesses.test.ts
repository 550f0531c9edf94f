import { ed25519Cosigner, nodePrimitives } from "@custody/ledger";
import { parseWitnessPolicy } from "@custody/ledger/verifier";
import { expect, test } from "vitest";
import { reachableWitnesses } from "./reachable-witnesses.ts";

const key = (at: number) => ed25519Cosigner(`w${at}`, Buffer.alloc(32, at)).verifierKey;

const urlsOf = async (url: string, allowPlaintext = false) => {
  const policy = await parseWitnessPolicy(
    `witness a ${key(1)} ${url}\nwitness b ${key(2)}\nquorum none\n`,
    nodePrimitives,
  );
  return reachableWitnesses(policy, { allowPlaintext }).map((found) => found.url);
};

test.each([
  ["https://w.example", "https://w.example"],
  ["https://w.example/", "https://w.example"],
  ["https://w.example:8443/a/b/", "https://w.example:8443/a/b"],
  ["http://127.0.0.1:7171", "http://127.0.0.1:7171"],
  ["http://localhost:7171/", "http://localhost:7171"],
  ["http://[::1]:7171", "http://[::1]:7171"],
])("%s can be asked", async (text, url) => {
  expect(await urlsOf(text)).toEqual([url]);
});

test.each([
  "w.example",
  "ftp://w.example",
  "https://user:secret@w.example",
  "https://w.example?a",
  "https://w.example#a",
  "http://w.example",
  "http://10.0.0.1",
])("%s is refused, without repeating it", async (text) => {
  const refused = await urlsOf(text).catch((error) => error);
  expect(refused).toMatchObject({ code: "PLACE_SETTING_INVALID" });
  expect(refused.message).not.toContain("secret");
});

test("plain text is taken where that was asked for", async () => {
  expect(await urlsOf("http://10.0.0.1", true)).toEqual(["http://10.0.0.1"]);
});
