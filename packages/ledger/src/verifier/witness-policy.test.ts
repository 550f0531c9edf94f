import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodePrimitives } from "../verifier-node.ts";
import { ed25519Cosigner } from "../witness/cosigner.ts";
import { isQuorum } from "./quorum.ts";
import { formatTypedKey, KEY_TYPE } from "./typed-key.ts";
import { formatVerifierKey } from "./verifier-key.ts";
import { parseWitnessPolicy, type WitnessPolicy } from "./witness-policy.ts";

const witnessKey = (at: number) => ed25519Cosigner(`witness.example/${at}`, Buffer.alloc(32, at)).verifierKey;
const logKey = await formatVerifierKey("log.example", new Uint8Array(32).fill(1), nodePrimitives);
const mlDsa = await formatTypedKey(
  { name: "pq.example", publicKey: new Uint8Array(1312).fill(1), type: KEY_TYPE.mlDsa44 },
  nodePrimitives,
);

const parse = (text: string | Uint8Array) => parseWitnessPolicy(text, nodePrimitives);

/** The policy that the specification shows. */
const example = `log ${logKey}

witness X1 ${witnessKey(1)}
witness X2 ${witnessKey(2)}
witness X3 ${witnessKey(3)}
group X-witnesses 2 X1 X2 X3

witness Y1 ${witnessKey(4)}
witness Y2 ${witnessKey(5)}
witness Y3 ${witnessKey(6)}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

function isEnough(policy: WitnessPolicy, ...names: readonly string[]): boolean {
  return isQuorum(policy, new Set(policy.witnesses.filter(({ name }) => names.includes(name))));
}

describe("a policy", () => {
  it("as the specification shows it asks for two of the first and one of the second", async () => {
    const policy = await parse(example);
    expect(policy.logs.map(({ key, name }) => [name, key?.name])).toEqual([["log.example", "log.example"]]);
    expect(policy.witnesses.map(({ name }) => name)).toEqual(["X1", "X2", "X3", "Y1", "Y2", "Y3"]);
    expect(isEnough(policy, "X1", "X3", "Y2")).toBe(true);
    expect(isEnough(policy, "X1", "X2", "X3", "Y1", "Y2", "Y3")).toBe(true);
    for (const names of [[], ["X1", "Y1"], ["X1", "X2", "X3"], ["Y1", "Y2", "Y3"]])
      expect(isEnough(policy, ...names), names.join()).toBe(false);
  });

  it("may ask for one witness, or for none", async () => {
    const one = await parse(`witness w ${witnessKey(1)} https://w.example/\nquorum w\n`);
    expect(one.witnesses[0]).toMatchObject({ name: "w", url: "https://w.example/" });
    expect([isEnough(one), isEnough(one, "w")]).toEqual([false, true]);
    expect(isEnough(await parse("quorum none\n"))).toBe(true);
  });

  it("may have comments, tabs, spaces at both ends, and no newline at its end", async () => {
    const policy = await parse(` \t# a word\n\n\twitness  w\t${witnessKey(1)}  \n \n#\n quorum\tw`);
    expect(isEnough(policy, "w")).toBe(true);
  });

  it("may have names that are no words to us", async () => {
    const bytes = Buffer.concat([
      Buffer.from("witness "),
      Buffer.of(0xff, 0xfe),
      Buffer.from(` ${witnessKey(1)}\nwitness К ${witnessKey(2)}\nwitness K ${witnessKey(3)}\nquorum К\n`),
    ]);
    const policy = await parse(bytes);
    expect(policy.witnesses.map(({ name }) => name)).toEqual(["ÿþ", "К", "K"]);
    expect(isEnough(policy, "K")).toBe(false);
    expect(isEnough(policy, "К")).toBe(true);
  });

  it("may have a witness that signs with ML-DSA-44, which never counts here", async () => {
    const policy = await parse(
      `log ${mlDsa}\nwitness pq ${mlDsa}\nwitness w ${witnessKey(1)}\ngroup g any pq w\nquorum g\n`,
    );
    expect(policy.logs[0]).toMatchObject({ key: undefined, name: "pq.example" });
    expect(policy.witnesses.map(({ key, name }) => [name, key !== undefined])).toEqual([
      ["pq", false],
      ["w", true],
    ]);
    expect(isEnough(policy, "w")).toBe(true);
  });
});

const w = (at: number) => `witness w${at} ${witnessKey(at)}\n`;

describe("what is no policy", () => {
  it.each<[string, string, string]>([
    ["no quorum", w(1), "no quorum line"],
    ["two quorums", `${w(1)}quorum w1\nquorum none\n`, "line 3: there is a quorum already"],
    ["a quorum of a stranger", "quorum w1\n", 'line 1: nothing above is called "w1"'],
    ["a quorum that is defined below", `quorum w1\n${w(1)}`, "line 1"],
    ["a quorum of two", `${w(1)}${w(2)}quorum w1 w2\n`, "line 3: a quorum has one name"],
    ["another word", "witnesses w\n", "line 1: it begins with none of"],
    ["a witness called none", `witness none ${witnessKey(1)}\nquorum none\n`, "called none"],
    ["none as a member", `${w(1)}group g any none\nquorum g\n`, 'nothing above is called "none"'],
    ["two of one name", `${w(1)}witness w1 ${witnessKey(2)}\nquorum w1\n`, '"w1" is defined already'],
    ["two of one key", `${w(1)}witness v ${witnessKey(1)}\nquorum v\n`, "has the same key"],
    ["two logs of one key", `log ${logKey}\nlog ${logKey}\nquorum none\n`, "another log has the same key"],
    ["a witness without a key", "witness w\nquorum w\n", "line 1: a witness has a name"],
    ["a witness with two URLs", `witness w ${witnessKey(1)} https://a b\nquorum w\n`, "line 1"],
    ["a witness with a log's key", `witness w ${logKey}\nquorum w\n`, "it is the key of a log"],
    ["a log with a witness's key", `log ${witnessKey(1)}\nquorum none\n`, "that of a witness"],
    ["a key with a slip", `witness w ${witnessKey(1).replace("+", "+0")}\nquorum w\n`, "line 1"],
    ["an empty group", `${w(1)}group g any\nquorum g\n`, "line 2: a group has a name"],
    ["a group of more than all", `${w(1)}group g 2 w1\nquorum g\n`, "a number from 1 to 1"],
    ["a group of nobody", `${w(1)}group g 0 w1\nquorum g\n`, "a number from 1 to 1"],
    ["a group of some", `${w(1)}group g some w1\nquorum g\n`, '"some" is not all, any'],
    ["a number with a zero before it", `${w(1)}${w(2)}group g 02 w1 w2\nquorum g\n`, '"02" is not'],
    ["a group in itself", `${w(1)}group g any g w1\nquorum g\n`, 'nothing above is called "g"'],
    ["a member of two groups", `${w(1)}group g any w1\ngroup h all w1\nquorum h\n`, "member already"],
    ["a member twice", `${w(1)}group g 2 w1 w1\nquorum g\n`, "member already"],
    ["a carriage return", `${w(1)}quorum w1\r\n`, "line 2: it has a control character"],
    ["a zero byte", "\0quorum none\n", "line 1: it has a control character"],
    ["65 witnesses", `${Array.from({ length: 65 }, (_, at) => w(at + 1)).join("")}quorum none\n`, "64"],
    ["nothing", "", "no quorum line"],
  ])("%s", async (_, text, why) => {
    await expect(parse(text)).rejects.toMatchObject({
      code: "POLICY_MALFORMED",
      message: expect.stringContaining(why),
    });
  });

  it("more than a megabyte", async () => {
    await expect(parse(`${"#".repeat(1_000_000)}\nquorum none\n`)).rejects.toMatchObject({
      code: "POLICY_MALFORMED",
    });
  });
});

it("64 witnesses and 32 groups are read", async () => {
  const witnesses = Array.from({ length: 64 }, (_, at) => w(at + 1));
  const groups = Array.from({ length: 32 }, (_, at) => `group g${at} any w${2 * at + 1} w${2 * at + 2}\n`);
  const policy = await parse(`${witnesses.join("")}${groups.join("")}quorum g31\n`);
  expect(isEnough(policy, "w64")).toBe(true);
  expect(isEnough(policy, "w1")).toBe(false);
});

it("any bytes are a policy or are refused", async () => {
  const words = fc.constantFrom(
    ...["log", "witness", "group", "quorum", "all", "any", "none", "1", "w", "v", "g", "\n", "#", " ", "\t"],
    ...[logKey, witnessKey(1), witnessKey(2), mlDsa],
  );
  const line = fc.array(words, { maxLength: 6 }).map((each) => each.join(" "));
  const text = fc.array(line, { maxLength: 8 }).map((lines) => Buffer.from(`${lines.join("\n")}\n`));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array(), text), async (bytes) => {
      await parse(bytes).catch((error) => expect(error).toMatchObject({ code: "POLICY_MALFORMED" }));
    }),
  );
});

it("whoever cosigns as well never takes a quorum away", async () => {
  const policy = await parse(example);
  const some = fc.subarray(policy.witnesses.map(({ name }) => name));
  fc.assert(
    fc.property(some, some, (few, more) => {
      if (isEnough(policy, ...few)) expect(isEnough(policy, ...few, ...more)).toBe(true);
    }),
  );
});
