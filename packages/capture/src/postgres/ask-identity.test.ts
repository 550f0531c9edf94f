import { Duplex } from "node:stream";
import {
  encodeDataRow,
  encodeErrorResponse,
  encodeReadyForQuery,
  makeResponseFields,
} from "@custody/wire/postgres";
import { expect, test } from "vitest";
import { askIdentity } from "./ask-identity.ts";

const ready = encodeReadyForQuery({ status: "idle", type: "ready-for-query" });

/** A server that gives these answers, one a query, and then closes. */
function serverOf(...answers: readonly Buffer[]): Duplex {
  const left = [...answers];
  const server: Duplex = new Duplex({
    read() {},
    write(_query, _encoding, done) {
      server.push(left.shift() ?? null);
      done();
    },
  });
  return server;
}

function row(...values: readonly (string | null)[]): Buffer {
  const bytes = values.map((value) => (value === null ? null : Buffer.from(value)));
  return Buffer.concat([encodeDataRow({ type: "data-row", values: bytes }), ready]);
}

function failure(sqlState: string): Buffer {
  const fields = makeResponseFields({
    message: "no",
    severity: "ERROR",
    severityNonLocalized: "ERROR",
    sqlState,
  });
  return Buffer.concat([encodeErrorResponse({ fields, type: "error-response" }), ready]);
}

const hex = (name: string) => Buffer.from(name).toString("hex");

test("a server without an address of its own has none", async () => {
  expect(await askIdentity(serverOf(row("5", hex("shop"), null, null, "77103")))).toEqual({
    database: "shop",
    oid: 5,
    system: "77103",
  });
  expect(await askIdentity(serverOf(row("5", hex("shop"), "::1", "5432", "77103")))).toMatchObject({
    server: "[::1]:5432",
  });
});

test.each(["42501", "42883", "0A000"])("after %s it is asked for less", async (sqlState) => {
  const server = serverOf(failure(sqlState), row("5", hex("shop"), "10.0.0.5", "5432"));
  expect(await askIdentity(server)).toEqual({ database: "shop", oid: 5, server: "10.0.0.5:5432" });
});

test.each<[string, Buffer[], string]>([
  ["that was interrupted", [failure("57014"), row("5", hex("shop"), null, null)], "UPSTREAM_REFUSED"],
  ["that refuses both", [failure("42501"), failure("42501")], "UPSTREAM_REFUSED"],
  ["without a row", [ready], "UPSTREAM_REFUSED"],
  ["without a database", [row(null, null, null, null)], "UPSTREAM_REFUSED"],
  ["with an oid that is no number", [row("5e", hex("shop"), null, null, "1")], "UPSTREAM_REFUSED"],
  [
    "with an identifier that is no number",
    [row("5", hex("shop"), null, null, "\u001b[2J")],
    "UPSTREAM_REFUSED",
  ],
  ["that ends", [], "UPSTREAM_UNREACHABLE"],
])("an answer %s is none", async (_what, answers, code) => {
  await expect(askIdentity(serverOf(...answers))).rejects.toMatchObject({ code });
});
