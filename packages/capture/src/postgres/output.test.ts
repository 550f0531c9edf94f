import { backendFrames, encodeErrorResponse, FrameScanner, makeResponseFields } from "@custody/wire/postgres";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Output } from "./output.ts";

const error = (message: string): Buffer =>
  encodeErrorResponse({
    type: "error-response",
    fields: makeResponseFields({ severity: "ERROR", sqlState: "42601", message }),
  });

function message(letter: string, body: Buffer): Buffer {
  const header = Buffer.alloc(5, letter);
  header.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([header, body]);
}

const probe = error("custody_denied");
const replacement = error("Custody denied it, and says why at some length");

/** Rows and data may be cut anywhere; CommandComplete and errors are seen whole. */
const part = fc.oneof(
  fc.tuple(fc.constantFrom("D", "d", "C", "N"), fc.uint8Array({ maxLength: 40 })).map(([letter, body]) => {
    const raw = message(letter, Buffer.from(body));
    return { raw, sent: raw };
  }),
  fc.constant({ raw: probe, sent: replacement }),
);

test("whatever the chunks, all received bytes go on, but for the errors that are replaced", () => {
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
      (parts, sizes) => {
        const stream = Buffer.concat(parts.map(({ raw }) => raw));
        const output = new Output();
        const scanner = new FrameScanner(backendFrames);
        const sent: Buffer[] = [];
        for (let from = 0, turn = 0; from < stream.length; turn += 1) {
          const to = Math.min(stream.length, from + (sizes[turn % sizes.length] as number));
          output.begin(stream.subarray(from, to));
          scanner.scan(stream.subarray(from, to), {
            onMessage: (_type, raw, start, end) => {
              output.seen(end);
              if (raw.equals(probe)) output.replace(start, end, replacement);
            },
            onPassed: (_type, bodyBytes, start) => output.seen(start + 5 + bodyBytes),
            onPayload: () => {},
          });
          sent.push(...output.take());
          from = to;
          // Nothing of an error that may be replaced has gone on.
          expect(Buffer.concat(sent).includes("custody_denied")).toBe(false);
        }
        expect(Buffer.concat(sent).equals(Buffer.concat(parts.map((one) => one.sent)))).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

/** What may come back: the client's own, answers to us, and a completion that waits until an answer to us has come. */
const turn = fc.oneof(
  fc.tuple(fc.constantFrom("D", "C", "N"), fc.uint8Array({ maxLength: 30 })).map(([letter, body]) => ({
    kind: "theirs" as const,
    raw: message(letter, Buffer.from(body)),
  })),
  fc
    .uint8Array({ maxLength: 90 })
    .map((body) => ({ kind: "ours" as const, raw: message("D", Buffer.from(body)) })),
  fc
    .constantFrom("ours-then-kept" as const, "ours-then-gone" as const)
    .map((kind) => ({ kind, raw: message("2", Buffer.of()) })),
);

test("whatever the chunks, answers to us are left out, and what waits for them goes on behind them or not at all", () => {
  fc.assert(
    fc.property(
      fc.array(turn, { maxLength: 14 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (turns, sizes) => {
        const completion = message("C", Buffer.from("DELETE 1\0"));
        const notice = message("N", Buffer.from("in between"));
        const stream: Buffer[] = [];
        const expected: Buffer[] = [];
        const kinds: string[] = [];
        const add = (kind: string, raw: Buffer): void => {
          kinds.push(kind);
          stream.push(raw);
        };
        for (const { kind, raw } of turns) {
          if (kind === "theirs" || kind === "ours") {
            add(kind, raw);
            if (kind === "theirs") expected.push(raw);
            continue;
          }
          add("waits", completion);
          add("ours", message("D", Buffer.from("a row of ours")));
          add("theirs", notice);
          add(kind === "ours-then-kept" ? "releases" : "replaces", raw);
          expected.push(...(kind === "ours-then-kept" ? [completion, notice] : [notice, raw]));
        }
        expect(sentOf(stream, kinds, sizes).equals(Buffer.concat(expected))).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

/** Runs the stream through in chunks of these sizes, treating each message as its kind says. */
function sentOf(stream: readonly Buffer[], kinds: readonly string[], sizes: readonly number[]): Buffer {
  const bytes = Buffer.concat(stream);
  const output = new Output();
  const scanner = new FrameScanner(backendFrames);
  const sent: Buffer[] = [];
  let at = 0;
  const next = (start: number, end: number): void => {
    output.seen(end);
    const kind = kinds[at];
    at += 1;
    if (kind === "ours") output.drop(start, end);
    if (kind === "waits") output.wait(start, end);
    if (kind === "releases") {
      output.drop(start, end);
      output.release(end);
    }
    if (kind === "replaces") output.release(start, true);
  };
  for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
    const to = Math.min(bytes.length, from + (sizes[turn % sizes.length] as number));
    output.begin(bytes.subarray(from, to));
    scanner.scan(bytes.subarray(from, to), {
      onMessage: (_type, _raw, start, end) => next(start, end),
      onPassed: (_type, bodyBytes, start) => next(start, start + 5 + bodyBytes),
      onPayload: () => {},
    });
    sent.push(...output.take());
    from = to;
  }
  return Buffer.concat(sent);
}
