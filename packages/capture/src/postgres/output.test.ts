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
