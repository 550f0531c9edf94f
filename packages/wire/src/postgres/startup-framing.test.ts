import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeEncryptionAnswer,
  encodeCancelRequest,
  encodeSslRequest,
  encodeStartupMessage,
  type StartupFrame,
  StartupScanner,
  WireError,
} from "./index.ts";

const startup = encodeStartupMessage({
  type: "startup-message",
  minorVersion: 0,
  parameters: [{ name: "user", value: "bob" }],
});

function scanAll(chunks: readonly Buffer[]): StartupFrame[] {
  const scanner = new StartupScanner();
  return chunks.map((chunk) => scanner.scan(chunk)).filter((frame) => frame !== undefined);
}

const lengthWord = (length: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(length);
  return bytes;
};

describe("a startup scanner", () => {
  it("finds a packet wherever it is cut", () => {
    fc.assert(
      fc.property(fc.nat(startup.length), fc.nat(startup.length), (first, second) => {
        const [start, end] = [Math.min(first, second), Math.max(first, second)];
        const chunks = [startup.subarray(0, start), startup.subarray(start, end), startup.subarray(end)];
        const frames = scanAll(chunks);
        expect(frames).toHaveLength(1);
        expect(frames[0]).toMatchObject({ kind: "packet", raw: startup, rest: Buffer.alloc(0) });
      }),
    );
  });

  it("finds the packet that follows a refused SSLRequest", () => {
    const types = scanAll([encodeSslRequest(), startup]).map(
      (frame) => frame.kind === "packet" && frame.packet.type,
    );
    expect(types).toEqual(["ssl-request", "startup-message"]);
  });

  it("shows what was injected behind an SSLRequest", () => {
    const [frame] = scanAll([Buffer.concat([encodeSslRequest(), startup])]);
    expect(frame).toMatchObject({ kind: "packet", packet: { type: "ssl-request" }, rest: startup });
  });

  it("finds a CancelRequest with a key of 256 bytes", () => {
    const packet = { type: "cancel-request", processId: 7, secretKey: Buffer.alloc(256, 1) } as const;
    expect(scanAll([encodeCancelRequest(packet)])[0]).toMatchObject({ kind: "packet", packet });
  });

  it("recognises TLS by its first byte and gives back everything", () => {
    const hello = Buffer.from("160301", "hex");
    expect(scanAll([hello])).toEqual([{ kind: "direct-tls", received: hello }]);
  });

  it.each([0, 4, 7, 10_005, -1, 0x47455420])("refuses a length of %i", (length) => {
    expect(() => scanAll([lengthWord(length)])).toThrow(expect.objectContaining({ code: "LENGTH_INVALID" }));
  });

  it("accepts the longest packet of the server", () => {
    const value = "x".repeat(10_004 - 4 - 4 - "user\0".length - 2);
    const parameters = [{ name: "user", value }];
    const longest = encodeStartupMessage({ type: "startup-message", minorVersion: 0, parameters });
    expect(longest.length).toBe(10_004);
    expect(scanAll([longest])).toHaveLength(1);
  });

  it("finds packets or fails with a WireError on any bytes", () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    const short = bytes.map((body) => Buffer.concat([lengthWord(body.length + 4), body]));
    fc.assert(
      fc.property(fc.array(fc.oneof(bytes, short)), (chunks) => {
        try {
          scanAll(chunks);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
  });
});

describe("the answer to a request for encryption", () => {
  it.each([
    ["ssl-request", "S", "accepted"],
    ["gss-enc-request", "G", "accepted"],
    ["ssl-request", "N", "refused"],
    ["gss-enc-request", "N", "refused"],
    ["ssl-request", "E\0\0\0\x10SFATAL\0", "error"],
  ] as const)("to %s may be %j: %s", (request, bytes, answer) => {
    expect(decodeEncryptionAnswer(request, Buffer.from(bytes))).toBe(answer);
  });

  it.each([
    ["ssl-request", "S\x16", "ENCRYPTION_BYTES_INJECTED"],
    ["ssl-request", "NR", "ENCRYPTION_BYTES_INJECTED"],
    ["ssl-request", "G", "ENCRYPTION_ANSWER_INVALID"],
    ["gss-enc-request", "S", "ENCRYPTION_ANSWER_INVALID"],
    ["ssl-request", "", "ENCRYPTION_ANSWER_INVALID"],
    ["ssl-request", "R", "ENCRYPTION_ANSWER_INVALID"],
  ] as const)("to %s is refused if it is %j", (request, bytes, code) => {
    expect(() => decodeEncryptionAnswer(request, Buffer.from(bytes))).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
