import { expect, test } from "vitest";
import type { GatewayError } from "./error.ts";
import { isLoopbackHost, parsePostgresUrl } from "./upstream-url.ts";

test.each([
  [
    "postgres://app:secret@db.example:6000/shop",
    { database: "shop", host: "db.example", password: "secret", port: 6000, user: "app" },
  ],
  [
    "postgresql://a%40b:p%3A%2F%40%25@127.0.0.1/my%20db?sslmode=prefer&application_name=x",
    { database: "my db", host: "127.0.0.1", password: "p:/@%", port: 5432, user: "a@b" },
  ],
  [
    "postgres://app@[::1]:5433",
    { database: "app", host: "::1", password: undefined, port: 5433, user: "app" },
  ],
  [
    "postgres://app:@host/?sslmode=disable\n",
    { database: "app", host: "host", password: "", port: 5432, user: "app" },
  ],
  [
    "postgres://app:with@sign@host/d",
    { database: "d", host: "host", password: "with@sign", port: 5432, user: "app" },
  ],
])("reads %s", (url, upstream) => {
  expect(parsePostgresUrl(url)).toEqual(upstream);
});

test.each([
  ["mysql://app@host/d", "UPSTREAM_URL_INVALID", "postgres://"],
  ["postgres://host/d", "UPSTREAM_URL_INVALID", "user"],
  ["postgres://app@/d", "UPSTREAM_URL_INVALID", "host"],
  ["postgres://app@a:1,b:2/d", "UPSTREAM_URL_INVALID", "several hosts"],
  ["postgres://app@host:99999/d", "UPSTREAM_URL_INVALID", "port"],
  ["postgres://app@[nonsense]/d", "UPSTREAM_URL_INVALID", "IPv6"],
  ["postgres://app@%2Fvar%2Frun/d", "UPSTREAM_URL_INVALID", "Unix socket"],
  ["postgres://app:%zz@host/d", "UPSTREAM_URL_INVALID", "password"],
  ["postgres://app:%00@host/d", "UPSTREAM_URL_INVALID", "zero byte"],
  ["postgres://app@host/d?options=-csearch_path%3Dx", "UPSTREAM_URL_INVALID", "options"],
  [
    "postgres://app@host/d?sslmode=verify-full",
    "UPSTREAM_TLS_UNSUPPORTED",
    "TLS upstream is not supported yet",
  ],
  ["postgres://app@host/d?sslrootcert=x", "UPSTREAM_TLS_UNSUPPORTED", "sslrootcert"],
])("refuses %s", (url, code, words) => {
  let caught: unknown;
  try {
    parsePostgresUrl(url);
  } catch (error) {
    caught = error;
  }
  expect((caught as GatewayError).code).toBe(code);
  expect((caught as GatewayError).message).toContain(words);
});

test("no message repeats the password", () => {
  for (const url of ["postgres://app:hunter2@a,b/d", "postgres://app:hunter2%zz@h/d", "pg://app:hunter2@h/d"])
    expect(() => parsePostgresUrl(url)).toThrow(/^(?!.*hunter2)/);
});

test.each([
  ["localhost", true],
  ["127.8.0.1", true],
  ["::1", true],
  ["127.example.com", false],
  ["10.0.0.1", false],
])("whether %s is loopback: %s", (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});
