import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  backendFrames,
  encodeBackend,
  encodeCopyData,
  encodeDataRow,
  encodeFrontend,
  encodeReadyForQuery,
  encodeSync,
  FrameScanner,
  type FrameTable,
  type FrameVisitor,
  frontendFrames,
  makeQuery,
  WireError,
} from "./index.ts";

/** Writes down what a scanner shows, in a form that does not depend on how the stream was cut. */
class Notes implements FrameVisitor {
  readonly found: string[] = [];
  /** Where each message begins in the whole stream, and where delivered ones end. */
  readonly edges: number[] = [];
  /** The received bytes, cut at every edge that fell into a chunk. */
  readonly relayed: Buffer[] = [];
  #chunk: Buffer = Buffer.alloc(0);
  #chunkOffset = 0;
  #relayedTo = 0;

  feed(scanner: FrameScanner, chunk: Buffer): void {
    this.#chunk = chunk;
    this.#relayedTo = 0;
    scanner.scan(chunk, this);
    this.relayed.push(chunk.subarray(this.#relayedTo));
    this.#chunkOffset += chunk.length;
  }

  onMessage(type: number, raw: Buffer, start: number, end: number): void {
    expect(raw.length).toBe(end - start);
    expect(raw[0]).toBe(type);
    this.found.push(`${String.fromCharCode(type)} ${raw.toString("hex")}`);
    this.edges.push(this.#chunkOffset + start, this.#chunkOffset + end);
    this.relayed.push(this.#chunk.subarray(this.#relayedTo, end));
    this.#relayedTo = end;
  }

  onPassed(type: number, bodyBytes: number, start: number): void {
    this.found.push(`${String.fromCharCode(type)} passed ${bodyBytes}: `);
    this.edges.push(this.#chunkOffset + start);
  }

  onPayload(_type: number, piece: Buffer): void {
    expect(piece.length).toBeGreaterThan(0);
    this.found[this.found.length - 1] += piece.toString("hex");
  }
}

function scan(table: FrameTable, chunks: readonly Buffer[]): { notes: Notes; scanner: FrameScanner } {
  const notes = new Notes();
  const scanner = new FrameScanner(table);
  for (const chunk of chunks) notes.feed(scanner, chunk);
  return { notes, scanner };
}

function cut(stream: Buffer, seeds: readonly number[]): Buffer[] {
  const cuts = seeds.map((seed) => seed % (stream.length + 1)).sort((a, b) => a - b);
  return [...cuts, stream.length].map((end, index) => stream.subarray(cuts[index - 1] ?? 0, end));
}

const data = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
const backendStream = fc
  .array(
    fc.oneof(
      data.map((value) => encodeDataRow({ type: "data-row", values: [value, null] })),
      data.map((piece) => encodeCopyData({ type: "copy-data", data: piece })),
      fc.string({ unit: "grapheme-ascii" }).map((tag) => encodeBackend({ type: "command-complete", tag })),
      fc.constant(encodeBackend({ type: "parse-complete" })),
      fc.constant(encodeReadyForQuery({ type: "ready-for-query", status: "idle" })),
    ),
    { maxLength: 12 },
  )
  .map((messages) => Buffer.concat(messages));
const frontendStream = fc
  .array(
    fc.oneof(
      data.map((piece) => encodeCopyData({ type: "copy-data", data: piece })),
      fc.string({ unit: "grapheme-ascii" }).map((sql) => encodeFrontend(makeQuery(sql))),
      fc.constant(encodeSync()),
    ),
    { maxLength: 12 },
  )
  .map((messages) => Buffer.concat(messages));

describe.each([
  ["from a server", backendFrames, backendStream],
  ["from a client", frontendFrames, frontendStream],
] as const)("any cutting of a stream %s", (_, table, stream) => {
  it("shows the same messages at the same places, and relays the same bytes", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 20 }), (bytes, seeds) => {
        const whole = scan(table, [bytes]).notes;
        const { notes, scanner } = scan(table, cut(bytes, seeds));
        expect(notes.found).toEqual(whole.found);
        expect(notes.edges).toEqual(whole.edges);
        expect(Buffer.concat(notes.relayed).equals(bytes)).toBe(true);
        expect(scanner.isBetweenMessages).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("even byte by byte", () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        const single = Array.from(bytes, (byte) => Buffer.of(byte));
        expect(scan(table, single).notes.found).toEqual(scan(table, [bytes]).notes.found);
      }),
    );
  });

  it("never fails with anything but a WireError on garbage", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat()), data, fc.nat(), (bytes, seeds, garbage, at) => {
        const place = at % (bytes.length + 1);
        const spoiled = Buffer.concat([bytes.subarray(0, place), garbage, bytes.subarray(place)]);
        try {
          scan(table, cut(spoiled, seeds));
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
  });
});

describe("a scanner", () => {
  const ready = encodeReadyForQuery({ type: "ready-for-query", status: "idle" });
  const failing = (code: string, offset?: number) =>
    expect.objectContaining({ code, ...(offset === undefined ? {} : { offset }) });

  it("hands out a view of the chunk when a message lies in one", () => {
    const chunk = Buffer.concat([ready, ready]);
    const raws: Buffer[] = [];
    const visitor = { ...silent, onMessage: (_: number, raw: Buffer) => void raws.push(raw) };
    new FrameScanner(backendFrames).scan(chunk, visitor);
    expect(raws.map((raw) => raw.buffer === chunk.buffer)).toEqual([true, true]);
    expect(raws[1]?.equals(ready)).toBe(true);
  });

  it("says where it stands inside a message", () => {
    const scanner = new FrameScanner(backendFrames);
    const states = Array.from(ready, (byte) => {
      scanner.scan(Buffer.of(byte), silent);
      return scanner.isBetweenMessages;
    });
    expect(states).toEqual([false, false, false, false, false, true]);
  });

  it.each([
    ["0", "00000000"],
    ["3", "00000003"],
    ["-1", "ffffffff"],
  ])("refuses a length of %s", (_, length) => {
    const lie = Buffer.from(`5a${length}49`, "hex");
    expect(() => scan(backendFrames, [ready, lie])).toThrow(failing("LENGTH_INVALID", ready.length + 1));
  });

  it("refuses an unknown type with its first byte, before a length has come", () => {
    expect(() => scan(backendFrames, [ready, Buffer.from("!")])).toThrow(
      failing("MESSAGE_UNKNOWN", ready.length),
    );
  });

  it("refuses a message of the other direction", () => {
    const query = encodeFrontend(makeQuery("SELECT 1"));
    expect(() => scan(backendFrames, [query])).toThrow(failing("MESSAGE_UNKNOWN", 0));
  });

  it("takes the byte that answers an SSLRequest for a type: it must never get it", () => {
    const accepted = Buffer.from("S");
    const { scanner } = scan(backendFrames, [accepted]);
    expect(scanner.isBetweenMessages).toBe(false);
    const auth = encodeBackend({ type: "authentication-ok" });
    expect(() => scanner.scan(auth, silent)).toThrow(failing("MESSAGE_TOO_LONG"));
  });

  it("bounds what it holds, to the byte", () => {
    const scan100 = (sql: string) =>
      new FrameScanner(frontendFrames, { maxMessageBytes: 100 }).scan(encodeFrontend(makeQuery(sql)), silent);
    expect(() => scan100("x".repeat(94))).not.toThrow();
    expect(() => scan100("x".repeat(95))).toThrow(failing("MESSAGE_TOO_LONG", 1));
  });

  it("walks over a row of 1 GB without holding it", () => {
    const scanner = new FrameScanner(backendFrames, { maxMessageBytes: 100 });
    const notes = new Notes();
    notes.feed(scanner, Buffer.from("4440000004", "hex"));
    const chunk = Buffer.alloc(64 * 1024);
    for (let index = 0; index < 2 ** 14; index += 1) scanner.scan(chunk, silent);
    expect(scanner.isBetweenMessages).toBe(true);
    scanner.scan(ready, notes);
    expect(notes.found).toEqual(["D passed 1073741824: ", `Z ${ready.toString("hex")}`]);
  });

  it("stays stopped after a failure, whoever failed", () => {
    const scanner = new FrameScanner(backendFrames);
    const failingVisitor = {
      ...silent,
      onMessage: () => {
        throw new Error("the visitor failed");
      },
    };
    expect(() => scanner.scan(ready, failingVisitor)).toThrow("the visitor failed");
    expect(() => scanner.scan(ready, silent)).toThrow(failing("SCANNER_STOPPED"));
  });

  it("refuses to be called by its visitor", () => {
    const scanner = new FrameScanner(backendFrames);
    const visitor = { ...silent, onMessage: () => scanner.scan(ready, silent) };
    expect(() => scanner.scan(ready, visitor)).toThrow(failing("SCANNER_STOPPED"));
  });
});

const silent: FrameVisitor = { onMessage: () => {}, onPassed: () => {}, onPayload: () => {} };
