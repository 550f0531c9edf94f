import { describe, expect, it } from "vitest";
import * as wire from "./index.ts";

/** Spaces separate the fields, so that the bytes can be compared with the specification by eye. */
function hex(spaced: string): Buffer {
  return Buffer.from(spaced.replaceAll(" ", ""), "hex");
}

const utf8 = (text: string) => Buffer.from(text, "utf8");

const frontend: [string, string, wire.FrontendMessage][] = [
  ["SELECT 1", "51 0000000d 53454c454354203100", wire.makeQuery("SELECT 1")],
  ["an empty query", "51 00000005 00", wire.makeQuery("")],
  [
    "Parse with a type",
    "50 00000017 733100 53454c45435420243100 0001 00000017",
    wire.makeParse("s1", "SELECT $1", [23]),
  ],
  [
    "Bind of '42' and NULL to s1, result in binary",
    "42 0000001c 00 733100 0001 0000 0002 00000002 3432 ffffffff 0001 0001",
    {
      type: "bind",
      portal: "",
      statement: "s1",
      parameterFormats: [0],
      parameters: [utf8("42"), null],
      resultFormats: [1],
    },
  ],
  ["Describe of the unnamed portal", "44 00000006 50 00", { type: "describe", target: "portal", name: "" }],
  ["Execute without a limit", "45 00000009 00 00000000", { type: "execute", portal: "", maxRows: 0 }],
  ["Close of a statement", "43 00000008 53 733100", { type: "close", target: "statement", name: "s1" }],
  ["Sync", "53 00000004", { type: "sync" }],
  ["Flush", "48 00000004", { type: "flush" }],
  ["Terminate", "58 00000004", { type: "terminate" }],
  ["CopyDone", "63 00000004", { type: "copy-done" }],
  ["CopyFail", "66 00000007 6e6f00", { type: "copy-fail", reason: "no" }],
];

const backend: [string, string, wire.BackendMessage][] = [
  ["AuthenticationOk", "52 00000008 00000000", { type: "authentication-ok" }],
  [
    "an offer of SCRAM with and without channel binding",
    "52 0000002a 0000000a 534352414d2d5348412d3235362d504c555300 534352414d2d5348412d32353600 00",
    { type: "authentication-sasl", mechanisms: ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"] },
  ],
  [
    "BackendKeyData of protocol 3.0",
    "4b 0000000c 00000539 deadbeef",
    { type: "backend-key-data", processId: 1337, secretKey: hex("deadbeef") },
  ],
  ["ReadyForQuery, idle", "5a 00000005 49", { type: "ready-for-query", status: "idle" }],
  ["ReadyForQuery, failed", "5a 00000005 45", { type: "ready-for-query", status: "failed" }],
  ["CommandComplete", "43 0000000d 555044415445203300", { type: "command-complete", tag: "UPDATE 3" }],
  ["DataRow", "44 0000000f 0002 00000001 31 ffffffff", { type: "data-row", values: [utf8("1"), null] }],
  [
    "RowDescription of SELECT 1 AS a",
    "54 0000001a 0001 6100 00000000 0000 00000017 0004 ffffffff 0000",
    {
      type: "row-description",
      fields: [
        { name: "a", tableId: 0, columnNumber: 0, typeId: 23, typeSize: 4, typeModifier: -1, format: 0 },
      ],
    },
  ],
  [
    "ErrorResponse",
    "45 00000017 534552524f5200 43343235303100 4d6e6f00 00",
    {
      type: "error-response",
      fields: wire.makeResponseFields({ severity: "ERROR", sqlState: "42501", message: "no" }),
    },
  ],
  [
    "ParameterStatus",
    "53 0000000e 545a00 4575726f706500",
    { type: "parameter-status", name: "TZ", value: "Europe" },
  ],
  [
    "NegotiateProtocolVersion down to 3.0",
    "76 0000000c 00030000 00000000",
    { type: "negotiate-protocol-version", majorVersion: 3, minorVersion: 0, unrecognizedOptions: [] },
  ],
  [
    "CopyInResponse of two text columns",
    "47 0000000b 00 0002 0000 0000",
    { type: "copy-in-response", format: 0, columnFormats: [0, 0] },
  ],
];

const startup: [string, string, wire.StartupPacket, Buffer][] = [
  ["SSLRequest", "00000008 04d2162f", { type: "ssl-request" }, wire.encodeSslRequest()],
  ["GSSENCRequest", "00000008 04d21630", { type: "gss-enc-request" }, wire.encodeGssEncRequest()],
  (() => {
    const message = { type: "cancel-request", processId: 1337, secretKey: hex("deadbeef") } as const;
    return [
      "CancelRequest",
      "00000010 04d2162e 00000539 deadbeef",
      message,
      wire.encodeCancelRequest(message),
    ];
  })(),
  (() => {
    const parameters = [{ name: "user", value: "bob" }];
    const message = { type: "startup-message", minorVersion: 2, parameters } as const;
    return [
      "StartupMessage 3.2",
      "00000012 00030002 7573657200 626f6200 00",
      message,
      wire.encodeStartupMessage(message),
    ];
  })(),
];

describe("messages as the specification writes them", () => {
  it.each(frontend)("%s, from a client", (_, spaced, message) => {
    const bytes = hex(spaced);
    expect(wire.encodeFrontend(message).toString("hex")).toBe(bytes.toString("hex"));
    expect(wire.decodeFrontend(bytes[0] as number, bytes.subarray(5))).toEqual(message);
  });

  it.each(backend)("%s, from a server", (_, spaced, message) => {
    const bytes = hex(spaced);
    expect(wire.encodeBackend(message).toString("hex")).toBe(bytes.toString("hex"));
    expect(wire.decodeBackend(bytes[0] as number, bytes.subarray(5))).toEqual(message);
  });

  it.each(startup)("%s, before the session", (_, spaced, message, encoded) => {
    const bytes = hex(spaced);
    expect(encoded.toString("hex")).toBe(bytes.toString("hex"));
    expect(wire.decodeStartupPacket(bytes.subarray(4))).toEqual(message);
  });
});

describe("lies", () => {
  const refused: [string, string, () => unknown][] = [
    ["a Query without its NUL", "MESSAGE_TRUNCATED", () => wire.decodeQuery(hex("53454c"))],
    ["a Query without anything", "MESSAGE_TRUNCATED", () => wire.decodeQuery(hex(""))],
    [
      "a second statement behind the NUL of a Query",
      "MESSAGE_MALFORMED",
      () => wire.decodeQuery(hex("5300 4400")),
    ],
    [
      "65,535 parameters in a short Bind",
      "MESSAGE_TRUNCATED",
      () => wire.decodeBind(hex("00 00 0000 ffff 0000")),
    ],
    ["a value of 2 GB", "MESSAGE_TRUNCATED", () => wire.decodeDataRow(hex("0001 7fffffff 31"))],
    ["a value of length -2", "MESSAGE_MALFORMED", () => wire.decodeDataRow(hex("0001 fffffffe"))],
    [
      "two formats for three values",
      "MESSAGE_MALFORMED",
      () => wire.decodeBind(hex("00 00 0002 0000 0000 0003 ffffffff ffffffff ffffffff 0000")),
    ],
    [
      "a count of -1 options",
      "MESSAGE_TRUNCATED",
      () => wire.decodeNegotiateProtocolVersion(hex("00030000 ffffffff")),
    ],
    ["a Describe of neither kind", "MESSAGE_MALFORMED", () => wire.decodeDescribe(hex("58 00"))],
    ["a status Q", "MESSAGE_MALFORMED", () => wire.decodeReadyForQuery(hex("51"))],
    ["an authentication code 6", "MESSAGE_UNKNOWN", () => wire.decodeAuthentication(hex("00000006"))],
    ["protocol 2.0", "STARTUP_UNSUPPORTED", () => wire.decodeStartupPacket(hex("00020000 00"))],
    ["the request code 1234.5681", "STARTUP_UNSUPPORTED", () => wire.decodeStartupPacket(hex("04d21631"))],
    [
      "a cancel key of 3 bytes",
      "MESSAGE_MALFORMED",
      () => wire.decodeCancelRequest(hex("04d2162e 00000001 010203")),
    ],
    [
      "a cancel key of 257 bytes",
      "MESSAGE_MALFORMED",
      () => wire.decodeBackendKeyData(Buffer.alloc(4 + 257)),
    ],
    [
      "a NUL inside our own SQL",
      "TEXT_UNENCODABLE",
      () => wire.encodeQuery(wire.makeQuery("SELECT 1\0; DROP")),
    ],
    [
      "a NUL inside our own name",
      "TEXT_UNENCODABLE",
      () => wire.encodeParse(wire.makeParse("a\0b", "SELECT 1")),
    ],
  ];

  it.each(refused)("are refused: %s", (_, code, attempt) => {
    expect(attempt).toThrow(expect.objectContaining({ name: "WireError", code }));
  });
});

it("names a negative length, instead of stepping back by it", () => {
  expect(() => wire.decodeDataRow(hex("0001 fffffffe"))).toThrow("DataRow has a negative length.");
});

describe("what messages mean", () => {
  it.each([
    ["INSERT 0 5", 5],
    ["UPDATE 0", 0],
    ["COPY 12", 12],
    ["CREATE TABLE", undefined],
    ["BEGIN", undefined],
    ["", undefined],
  ])("the tag %j reports %s rows", (tag, rows) => {
    expect(wire.rowsOfCommandTag(tag)).toBe(rows);
  });

  it("takes the last of a repeated startup parameter, as the server does", () => {
    const parameters = [
      { name: "user", value: "harmless" },
      { name: "user", value: "postgres" },
    ];
    const message = { type: "startup-message", minorVersion: 0, parameters } as const;
    expect(wire.startupParameter(message, "user")).toBe("postgres");
    expect(wire.startupParameter(message, "database")).toBeUndefined();
  });

  it("finds the fields of an error by their names", () => {
    const fields = wire.makeResponseFields({ severityNonLocalized: "ERROR", sqlState: "23505" });
    expect(wire.responseField(fields, "sqlState")).toBe("23505");
    expect(wire.responseField(fields, "hint")).toBeUndefined();
  });
});
