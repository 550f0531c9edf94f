import { expect, test } from "vitest";
import type { GatewayError } from "./error.ts";
import { isLoopbackHost, parsePostgresUrl } from "./upstream-url.ts";

const tls = { isDirect: false, mode: "prefer" };

test.each([
  [
    "postgres://app:secret@db.example:6000/shop",
    { database: "shop", host: "db.example", password: "secret", port: 6000, tls, user: "app" },
  ],
  [
    "postgresql://a%40b:p%3A%2F%40%25@127.0.0.1/my%20db?sslmode=prefer&application_name=x",
    { database: "my db", host: "127.0.0.1", password: "p:/@%", port: 5432, tls, user: "a@b" },
  ],
  [
    "postgres://app@[::1]:5433",
    { database: "app", host: "::1", password: undefined, port: 5433, tls, user: "app" },
  ],
  [
    "postgres://app:@host/?sslmode=disable\n",
    {
      database: "app",
      host: "host",
      password: "",
      port: 5432,
      tls: { isDirect: false, mode: "disable" },
      user: "app",
    },
  ],
  [
    "postgres://app:with@sign@host/d",
    { database: "d", host: "host", password: "with@sign", port: 5432, tls, user: "app" },
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
  ["postgres://app:p@ss/word@host/d", "UPSTREAM_URL_INVALID", "%2F"],
  ["postgres://app:%zz@host/d", "UPSTREAM_URL_INVALID", "password"],
  ["postgres://app:%00@host/d", "UPSTREAM_URL_INVALID", "zero byte"],
  ["postgres://app@host/d?options=-csearch_path%3Dx", "UPSTREAM_URL_INVALID", "options"],
  ["postgres://app@host/d?sslmode=verify-full", "UPSTREAM_URL_INVALID", "needs sslrootcert"],
  ["postgres://app@host/d?sslmode=strict", "UPSTREAM_URL_INVALID", "sslmode is one of"],
  ["postgres://app@host/d?sslcert=a", "UPSTREAM_URL_INVALID", "both or none"],
  ["postgres://app@host/d?sslpassword=hunter2", "UPSTREAM_URL_INVALID", "sslpassword"],
  ["postgres://app@host/d?sslnegotiation=direct", "UPSTREAM_URL_INVALID", "sslmode=require"],
  ["postgres://app@host/d?sslmode=require&sslrootcert=system", "UPSTREAM_URL_INVALID", "verify-full"],
  ["postgres://app@host/d?sslmode=disable&channel_binding=require", "UPSTREAM_URL_INVALID", "needs TLS"],
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

test.each([
  ["sslmode=require", { isDirect: false, mode: "require" }],
  ["sslrootcert=system", { isDirect: false, mode: "verify-full", rootCertificate: "system" }],
  [
    "sslmode=verify-ca&sslrootcert=%2Fa%2Fb.pem",
    { isDirect: false, mode: "verify-ca", rootCertificate: "/a/b.pem" },
  ],
  ["sslmode=require&sslnegotiation=direct", { isDirect: true, mode: "require" }],
  ["sslcert=c&sslkey=k", { certificate: "c", isDirect: false, key: "k", mode: "prefer" }],
  ["sslmode=&sslrootcert=&sslcert=&sslkey=", { isDirect: false, mode: "prefer" }],
])("reads what %s says about TLS", (query, expected) => {
  expect(parsePostgresUrl(`postgres://app@host/d?${query}`).tls).toEqual(expected);
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
