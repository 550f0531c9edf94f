import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCast } from "./asciicast.ts";
import { eventsOf, PIECE_BYTES_MAX, type Piece } from "./pieces.ts";
import { TerminalRecording } from "./recording.ts";

const header = { columns: 80, rows: 24, timestamp: 1_800_000_000 };
const asItIs = { flush: () => "", push: (text: string) => text };

function setUp(given: Partial<ConstructorParameters<typeof TerminalRecording>[0]> = {}) {
  const pieces: Piece[] = [];
  const clock = { us: 5_000_000 };
  const recording = new TerminalRecording({
    header,
    isFull: () => false,
    monotonicUs: () => clock.us,
    onPiece: (piece) => pieces.push(piece),
    redactOutput: asItIs,
    ...given,
  });
  return { clock, pieces, recording };
}

const textOf = (pieces: readonly Piece[], code = "o") =>
  pieces
    .flatMap(eventsOf)
    .filter((event) => event.code === code)
    .map(({ data }) => data)
    .join("");

test("whatever is printed, however its bytes are cut, is in the pieces, which follow each other", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\x1b[31m", "é", "漢字", "👩‍🚀", "\r\n")),
        { maxLength: 30 },
      ),
      fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 900_000 })), { minLength: 1, maxLength: 20 }),
      (texts, cuts) => {
        const bytes = Buffer.from(texts.join(""));
        const { clock, pieces, recording } = setUp();
        let at = 0;
        for (let turn = 0; at < bytes.length; turn += 1) {
          const [length, us] = cuts[turn % cuts.length] as [number, number];
          recording.output(bytes.subarray(at, at + length + 1));
          at += length + 1;
          clock.us += us;
          recording.tick();
        }
        recording.end(0);
        expect(textOf(pieces)).toBe(bytes.toString());
        let toUs = 0;
        for (const [index, piece] of pieces.entries()) {
          expect(piece.piece).toBe(index);
          expect(piece.fromUs).toBeGreaterThanOrEqual(toUs);
          toUs = piece.toUs;
          for (const { atUs } of eventsOf(piece)) {
            expect(atUs).toBeGreaterThanOrEqual(piece.fromUs);
            expect(atUs).toBeLessThanOrEqual(piece.toUs);
          }
        }
      },
    ),
  );
});

test("a piece is a whole asciicast, with the size that the terminal had when it began", () => {
  const { clock, pieces, recording } = setUp();
  recording.output(Buffer.from("wide"));
  clock.us += 10;
  recording.resize(100, 30);
  recording.output(Buffer.from("wider"));
  clock.us += 10;
  recording.end(3);
  expect(pieces.map(({ columns, rows }) => [columns, rows])).toEqual([
    [80, 24],
    [100, 30],
  ]);
  expect(pieces.map(({ recording: text }) => parseCast(text).header.columns)).toEqual([80, 100]);
  expect(pieces.flatMap(eventsOf)).toEqual([
    { atUs: 0, code: "o", data: "wide" },
    { atUs: 10, code: "r", data: "100x30" },
    { atUs: 10, code: "o", data: "wider" },
    { atUs: 20, code: "x", data: "3" },
  ]);
});

test("no piece is larger than it may be, whatever is printed at once", () => {
  for (const text of [
    "x".repeat(1_000_000),
    "\x01".repeat(300_000),
    "漢".repeat(300_000),
    "👩".repeat(200_001),
  ]) {
    const { pieces, recording } = setUp();
    recording.output(Buffer.from(text));
    recording.end(0);
    for (const piece of pieces)
      expect(Buffer.byteLength(piece.recording)).toBeLessThanOrEqual(PIECE_BYTES_MAX + 1024);
    expect(textOf(pieces)).toBe(text);
  }
});

test("what is typed is recorded only where that was asked for", () => {
  const without = setUp();
  without.recording.input(Buffer.from("hunter2"));
  without.recording.end(0);
  expect(textOf(without.pieces, "i")).toBe("");
  const typed = setUp({ redactInput: asItIs });
  typed.recording.input(Buffer.from("ls\r"));
  typed.recording.end(0);
  expect(textOf(typed.pieces, "i")).toBe("ls\r");
});

test("what nobody takes is thrown away, and the recording says how much, and where", () => {
  let isFull = false;
  const { pieces, recording } = setUp({ isFull: () => isFull });
  recording.output(Buffer.from("one "));
  isFull = true;
  recording.output(Buffer.from("lost"));
  recording.output(Buffer.from([0xe2, 0x82]));
  isFull = false;
  recording.output(Buffer.from("two"));
  recording.end(0);
  expect(textOf(pieces)).toBe("one two");
  expect(textOf(pieces, "m")).toBe("custody: 6 bytes of output are not recorded here");
  expect(pieces.map(({ droppedBytes }) => droppedBytes)).toEqual([0, 6]);
});

test("what is kept back for redaction comes with what follows, and at the end at the latest", () => {
  let held = "";
  const redactOutput = {
    flush: () => held.replaceAll("secret", "[gone]"),
    push: (text: string) => {
      held += text;
      const at = Math.max(0, held.length - 6);
      const out = held.includes("secret") ? held.replaceAll("secret", "[gone]") : held.slice(0, at);
      held = held.includes("secret") ? "" : held.slice(at);
      return out;
    },
  };
  const { clock, pieces, recording } = setUp({ redactOutput });
  recording.output(Buffer.from("a sec"));
  clock.us += 5_000_000;
  recording.tick();
  expect(JSON.stringify(pieces)).not.toContain("sec");
  recording.output(Buffer.from("ret b"));
  recording.end(0);
  expect(textOf(pieces)).toBe("a [gone] b");
});
