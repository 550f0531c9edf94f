import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as wire from "./index.ts";
import { WireError } from "./index.ts";

/** One message of the specification, with everything that it may contain. */
type Subject<Message = unknown> = {
  name: string;
  /** The bytes before the body: type and length, or the length alone. */
  headerBytes: number;
  decode: (body: Buffer) => Message;
  encode: (message: Message) => Buffer;
  message: fc.Arbitrary<Message>;
};

const text = fc.string({ unit: "binary", maxLength: 20 }).map((value) => value.replaceAll("\0", "0"));
const utf8 = text.filter((value) => !value.startsWith(wire.foreignTextMark));
const name = utf8.filter((value) => value !== "");
const bytes = fc.uint8Array({ maxLength: 40 }).map((value) => Buffer.from(value));
const textBytes = bytes.map((value) => Buffer.from(value.filter((byte) => byte !== 0)));
const value = fc.oneof(bytes, fc.constant(null));
const int16 = fc.integer({ min: -0x8000, max: 0x7fff });
const uint16 = fc.integer({ min: 0, max: 0xffff });
const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const formats = fc.array(int16, { maxLength: 5 });
const secretKey = fc.uint8Array({ minLength: 4, maxLength: 256 }).map((key) => Buffer.from(key));
const copyFormats = { format: fc.integer({ min: 0, max: 255 }), columnFormats: formats };
const namedTarget = { target: fc.constantFrom("statement" as const, "portal" as const), name: utf8 };
const responseFields = {
  fields: fc.array(
    fc.record({ code: fc.integer({ min: 1, max: 255 }).map((c) => String.fromCharCode(c)), value: utf8 }),
  ),
};
/** Values with no, one, or as many formats. */
const formatted = fc.array(value, { maxLength: 5 }).chain((values) =>
  fc.record({
    values: fc.constant(values),
    formats: fc.oneof(
      fc.constant([]),
      fc.array(int16, { minLength: 1, maxLength: 1 }),
      fc.array(int16, { minLength: values.length, maxLength: values.length }),
    ),
  }),
);

function subject<const Type extends string, Message extends { readonly type: Type }>(
  type: Type,
  decode: (body: Buffer) => Message,
  encode: (message: Message) => Buffer,
  fields: { [Field in Exclude<keyof Message, "type">]: fc.Arbitrary<Message[Field]> },
): Subject {
  const message = fc.record({ type: fc.constant(type), ...fields }) as unknown as fc.Arbitrary<Message>;
  return { name: type, headerBytes: 5, decode, encode, message } as unknown as Subject;
}

const untyped = (entry: Subject): Subject => ({ ...entry, headerBytes: 4 });

const frontend: Subject[] = [
  {
    ...subject("bind", wire.decodeBind, wire.encodeBind, {} as never),
    message: fc
      .record({ portal: utf8, statement: utf8, formatted, resultFormats: formats })
      .map(
        ({
          portal,
          statement,
          formatted: { formats: parameterFormats, values: parameters },
          resultFormats,
        }) => ({
          ...{ type: "bind", portal, statement, parameterFormats, parameters, resultFormats },
        }),
      ),
  },
  subject("close", wire.decodeClose, wire.encodeClose, namedTarget),
  subject("copy-data", wire.decodeCopyData, wire.encodeCopyData, { data: bytes }),
  subject("copy-done", wire.decodeCopyDone, wire.encodeCopyDone, {}),
  subject("copy-fail", wire.decodeCopyFail, wire.encodeCopyFail, { reason: utf8 }),
  subject("describe", wire.decodeDescribe, wire.encodeDescribe, namedTarget),
  subject("execute", wire.decodeExecute, wire.encodeExecute, { portal: utf8, maxRows: int32 }),
  subject("flush", wire.decodeFlush, wire.encodeFlush, {}),
  {
    ...subject("function-call", wire.decodeFunctionCall, wire.encodeFunctionCall, {} as never),
    message: fc
      .record({ functionId: uint32, formatted, resultFormat: int16 })
      .map(({ functionId, formatted: { formats: argumentFormats, values }, resultFormat }) => ({
        ...{ type: "function-call", functionId, argumentFormats, arguments: values, resultFormat },
      })),
  },
  {
    ...subject("parse", wire.decodeParse, wire.encodeParse, {} as never),
    message: fc
      .record({ name: utf8, sqlBytes: textBytes, parameterTypes: fc.array(uint32) })
      .map((fields) => ({
        ...fields,
        type: "parse",
        sql: wire.decodeText(fields.sqlBytes),
      })),
  },
  {
    ...subject("query", wire.decodeQuery, wire.encodeQuery, {} as never),
    message: textBytes.map((sqlBytes) => ({ type: "query", sql: wire.decodeText(sqlBytes), sqlBytes })),
  },
  subject("sync", wire.decodeSync, wire.encodeSync, {}),
  subject("terminate", wire.decodeTerminate, wire.encodeTerminate, {}),
  subject("authentication-response", wire.decodeAuthenticationResponse, wire.encodeAuthenticationResponse, {
    data: bytes,
  }),
];

/** The readings of a 'p' message, which only its context tells apart. */
const authenticationResponses: Subject[] = [
  subject("gss-response", wire.decodeGssResponse, wire.encodeGssResponse, { data: bytes }),
  subject("password-message", wire.decodePasswordMessage, wire.encodePasswordMessage, { password: utf8 }),
  subject("sasl-initial-response", wire.decodeSaslInitialResponse, wire.encodeSaslInitialResponse, {
    mechanism: utf8,
    data: value,
  }),
  subject("sasl-response", wire.decodeSaslResponse, wire.encodeSaslResponse, { data: bytes }),
];

const backend: Subject[] = [
  subject("authentication-ok", wire.decodeAuthenticationOk, wire.encodeAuthenticationOk, {}),
  subject(
    "authentication-kerberos-v5",
    wire.decodeAuthenticationKerberosV5,
    wire.encodeAuthenticationKerberosV5,
    {},
  ),
  subject(
    "authentication-cleartext-password",
    wire.decodeAuthenticationCleartextPassword,
    wire.encodeAuthenticationCleartextPassword,
    {},
  ),
  subject(
    "authentication-md5-password",
    wire.decodeAuthenticationMd5Password,
    wire.encodeAuthenticationMd5Password,
    {
      salt: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((salt) => Buffer.from(salt)),
    },
  ),
  subject("authentication-gss", wire.decodeAuthenticationGss, wire.encodeAuthenticationGss, {}),
  subject(
    "authentication-gss-continue",
    wire.decodeAuthenticationGssContinue,
    wire.encodeAuthenticationGssContinue,
    {
      data: bytes,
    },
  ),
  subject("authentication-sspi", wire.decodeAuthenticationSspi, wire.encodeAuthenticationSspi, {}),
  subject("authentication-sasl", wire.decodeAuthenticationSasl, wire.encodeAuthenticationSasl, {
    mechanisms: fc.array(name),
  }),
  subject(
    "authentication-sasl-continue",
    wire.decodeAuthenticationSaslContinue,
    wire.encodeAuthenticationSaslContinue,
    { data: bytes },
  ),
  subject(
    "authentication-sasl-final",
    wire.decodeAuthenticationSaslFinal,
    wire.encodeAuthenticationSaslFinal,
    {
      data: bytes,
    },
  ),
  subject("backend-key-data", wire.decodeBackendKeyData, wire.encodeBackendKeyData, {
    processId: int32,
    secretKey,
  }),
  subject("bind-complete", wire.decodeBindComplete, wire.encodeBindComplete, {}),
  subject("close-complete", wire.decodeCloseComplete, wire.encodeCloseComplete, {}),
  subject("command-complete", wire.decodeCommandComplete, wire.encodeCommandComplete, { tag: utf8 }),
  subject("copy-both-response", wire.decodeCopyBothResponse, wire.encodeCopyBothResponse, copyFormats),
  subject("copy-data", wire.decodeCopyData, wire.encodeCopyData, { data: bytes }),
  subject("copy-done", wire.decodeCopyDone, wire.encodeCopyDone, {}),
  subject("copy-in-response", wire.decodeCopyInResponse, wire.encodeCopyInResponse, copyFormats),
  subject("copy-out-response", wire.decodeCopyOutResponse, wire.encodeCopyOutResponse, copyFormats),
  subject("data-row", wire.decodeDataRow, wire.encodeDataRow, { values: fc.array(value) }),
  subject("empty-query-response", wire.decodeEmptyQueryResponse, wire.encodeEmptyQueryResponse, {}),
  subject("error-response", wire.decodeErrorResponse, wire.encodeErrorResponse, responseFields),
  subject("function-call-response", wire.decodeFunctionCallResponse, wire.encodeFunctionCallResponse, {
    value,
  }),
  subject(
    "negotiate-protocol-version",
    wire.decodeNegotiateProtocolVersion,
    wire.encodeNegotiateProtocolVersion,
    {
      majorVersion: uint16,
      minorVersion: uint16,
      unrecognizedOptions: fc.array(utf8),
    },
  ),
  subject("no-data", wire.decodeNoData, wire.encodeNoData, {}),
  subject("notice-response", wire.decodeNoticeResponse, wire.encodeNoticeResponse, responseFields),
  subject("notification-response", wire.decodeNotificationResponse, wire.encodeNotificationResponse, {
    processId: int32,
    channel: utf8,
    payload: utf8,
  }),
  subject("parameter-description", wire.decodeParameterDescription, wire.encodeParameterDescription, {
    parameterTypes: fc.array(uint32),
  }),
  subject("parameter-status", wire.decodeParameterStatus, wire.encodeParameterStatus, {
    name: utf8,
    value: utf8,
  }),
  subject("parse-complete", wire.decodeParseComplete, wire.encodeParseComplete, {}),
  subject("portal-suspended", wire.decodePortalSuspended, wire.encodePortalSuspended, {}),
  subject("ready-for-query", wire.decodeReadyForQuery, wire.encodeReadyForQuery, {
    status: fc.constantFrom("idle" as const, "in-transaction" as const, "failed" as const),
  }),
  subject("row-description", wire.decodeRowDescription, wire.encodeRowDescription, {
    fields: fc.array(
      fc.record({
        name: utf8,
        tableId: uint32,
        columnNumber: int16,
        typeId: uint32,
        typeSize: int16,
        typeModifier: int32,
        format: int16,
      }),
    ),
  }),
];

const startup: Subject[] = [
  subject("cancel-request", wire.decodeCancelRequest, wire.encodeCancelRequest, {
    processId: int32,
    secretKey,
  }),
  subject("gss-enc-request", wire.decodeGssEncRequest, wire.encodeGssEncRequest, {}),
  subject("ssl-request", wire.decodeSslRequest, wire.encodeSslRequest, {}),
  subject("startup-message", wire.decodeStartupMessage, wire.encodeStartupMessage, {
    minorVersion: uint16,
    parameters: fc.array(fc.record({ name, value: utf8 })),
  }),
].map(untyped);

const subjects = [...frontend, ...authenticationResponses, ...backend, ...startup];

/** A valid body with one lie in it: a field overwritten with an extreme, a byte changed, a part cut or repeated. */
function mutated({ headerBytes, encode, message }: Subject): fc.Arbitrary<Buffer> {
  const lies = ["ffff", "7fff", "ffffffff", "7fffffff", "80000000", "00", "0000"];
  const lie = fc.oneof(
    fc.constantFrom(...lies).map((hex) => Buffer.from(hex, "hex")),
    bytes,
  );
  return fc
    .tuple(message, fc.nat(), lie, fc.constantFrom("overwrite", "cut", "insert"))
    .map(([valid, seed, lied, how]) => {
      const body = encode(valid).subarray(headerBytes);
      const at = seed % (body.length + 1);
      if (how === "cut") return body.subarray(0, at);
      return Buffer.concat([
        body.subarray(0, at),
        lied,
        body.subarray(how === "insert" ? at : at + lied.length),
      ]);
    });
}

/** What decodes must be exactly what it would encode to: else somebody could read the same bytes differently. */
function expectExactOrRefused({ decode, encode, headerBytes }: Subject, body: Buffer): void {
  let message: unknown;
  try {
    message = decode(body);
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    return;
  }
  expect(encode(message).subarray(headerBytes).equals(body)).toBe(true);
}

describe.each(subjects)("$name", (entry) => {
  const { decode, encode, headerBytes, message } = entry;

  it("decodes what it encodes, with the length it says", () => {
    fc.assert(
      fc.property(message, (original) => {
        const encoded = encode(original);
        expect(encoded.readInt32BE(headerBytes - 4)).toBe(encoded.length - headerBytes + 4);
        expect(decode(encoded.subarray(headerBytes))).toEqual(original);
      }),
    );
  });

  it("reads any bytes exactly, or refuses them", () => {
    fc.assert(
      fc.property(bytes, (body) => expectExactOrRefused(entry, body)),
      { examples: [[Buffer.alloc(0)]] },
    );
  });

  it("reads a message with a lie in it exactly, or refuses it", () => {
    fc.assert(
      fc.property(mutated(entry), (body) => expectExactOrRefused(entry, body)),
      { numRuns: 300 },
    );
  });
});

const restOfBody = new Set([
  ...["copy-data", "authentication-response", "gss-response", "sasl-response"],
  ...["authentication-gss-continue", "authentication-sasl-continue", "authentication-sasl-final"],
  ...["backend-key-data", "cancel-request"],
]);

describe.each(subjects.filter((entry) => !restOfBody.has(entry.name)))("$name", (entry) => {
  it("refuses every byte behind it, and every byte missing", () => {
    fc.assert(
      fc.property(
        entry.message,
        bytes.filter((tail) => tail.length > 0),
        fc.nat(),
        (message, tail, seed) => {
          const body = entry.encode(message).subarray(entry.headerBytes);
          expect(() => entry.decode(Buffer.concat([body, tail]))).toThrow(WireError);
          if (body.length > 0)
            expect(() => entry.decode(body.subarray(0, seed % body.length))).toThrow(WireError);
        },
      ),
    );
  });
});

describe("the two directions", () => {
  it.each(frontend)("decodes and encodes $name from a client by its type", ({ message }) => {
    fc.assert(
      fc.property(message, (original) => {
        const encoded = wire.encodeFrontend(original as wire.FrontendMessage);
        expect(wire.decodeFrontend(encoded[0] as number, encoded.subarray(5))).toEqual(original);
      }),
      { numRuns: 10 },
    );
  });

  it.each(backend)("decodes and encodes $name from a server by its type", ({ message }) => {
    fc.assert(
      fc.property(message, (original) => {
        const encoded = wire.encodeBackend(original as wire.BackendMessage);
        expect(wire.decodeBackend(encoded[0] as number, encoded.subarray(5))).toEqual(original);
      }),
      { numRuns: 10 },
    );
  });

  it.each(startup)("decodes $name by its first word", ({ message, encode }) => {
    fc.assert(
      fc.property(message, (original) => {
        expect(wire.decodeStartupPacket(encode(original).subarray(4))).toEqual(original);
      }),
      { numRuns: 10 },
    );
  });

  it("leaves every reading of a 'p' message to who knows the context", () => {
    const encoded = wire.encodeFrontend({ type: "password-message", password: "secret" });
    const message = wire.decodeFrontend(encoded[0] as number, encoded.subarray(5));
    expect(message).toEqual({ type: "authentication-response", data: Buffer.from("secret\0") });
  });

  it("knows the types that the tables of the scanner know, and no others", () => {
    const empty = Buffer.alloc(0);
    const known = (decode: (type: number, body: Buffer) => unknown) =>
      Array.from({ length: 256 }, (_, type) => {
        try {
          decode(type, empty);
        } catch (error) {
          return (error as WireError).code !== "MESSAGE_UNKNOWN";
        }
        return true;
      });
    const inTable = (table: wire.FrameTable) => Array.from(table.handlings, (handling) => handling !== 0);
    expect(known(wire.decodeFrontend)).toEqual(inTable(wire.frontendFrames));
    expect(known(wire.decodeBackend)).toEqual(inTable(wire.backendFrames));
  });
});
