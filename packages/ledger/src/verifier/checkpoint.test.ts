import { expect, it } from "vitest";
import { formatCheckpoint, parseCheckpoint } from "./checkpoint.ts";

/** The example of https://c2sp.org/tlog-checkpoint. */
const EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
const EMPTY = "log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

it("the specification's example is read, and written back", () => {
  const checkpoint = parseCheckpoint(EXAMPLE);
  expect(checkpoint).toMatchObject({
    origin: "example.com/behind-the-sofa",
    size: 20_852_163,
    extensions: [],
  });
  expect(checkpoint.root).toHaveLength(32);
  expect(formatCheckpoint(checkpoint)).toBe(EXAMPLE);
});

it("extension lines are passed on", () => {
  expect(parseCheckpoint(`${EXAMPLE}one\ntwo words\n`).extensions).toEqual(["one", "two words"]);
});

it("an empty tree has its one root", () => expect(parseCheckpoint(EMPTY).size).toBe(0));

it.each([
  "",
  "\n",
  "log\n",
  "log\n1\n",
  EXAMPLE.slice(0, -1),
  `${EXAMPLE}\n`,
  `${EXAMPLE}\nextension\n`,
  `\n${EXAMPLE}`,
  EXAMPLE.replace("example.com/behind-the-sofa", ""),
  EXAMPLE.replace("20852163", "020852163"),
  EXAMPLE.replace("20852163", "+20852163"),
  EXAMPLE.replace("20852163", "20852163 "),
  EXAMPLE.replace("20852163", "2e3"),
  EXAMPLE.replace("20852163", "0x10"),
  EXAMPLE.replace("20852163", "-1"),
  EXAMPLE.replace("20852163", "٣"),
  EXAMPLE.replace("20852163", "9007199254740992"),
  EXAMPLE.replace("20852163", "99999999999999999999"),
  EXAMPLE.replace("q2I=", "q2J="),
  EXAMPLE.replace("CsUY", ""),
  EXAMPLE.replace("20852163", "0"),
])("%j is not a checkpoint", (text) => {
  expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: "CHECKPOINT_MALFORMED" }));
});

it.each([
  { origin: "a\nb", size: 1, root: new Uint8Array(32) },
  { origin: "", size: 1, root: new Uint8Array(32) },
  { origin: "log", size: 1.5, root: new Uint8Array(32) },
  { origin: "log", size: 2 ** 53, root: new Uint8Array(32) },
  { origin: "log", size: 1, root: new Uint8Array(31) },
])("%j is not written", (checkpoint) => {
  expect(() => formatCheckpoint(checkpoint)).toThrow(
    expect.objectContaining({ code: "CHECKPOINT_MALFORMED" }),
  );
});
