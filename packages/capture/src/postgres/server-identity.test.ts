import { expect, test } from "vitest";
import { describeServer, isSameServer, type ServerIdentity } from "./server-identity.ts";

const full: ServerIdentity = { database: "shop", oid: 16_384, server: "10.0.0.5:5432", system: "77103" };
const { system: _, ...partial } = full;

test.each<[string, ServerIdentity, ServerIdentity, boolean]>([
  ["itself", full, full, true],
  ["its standby, at another address", full, { ...full, server: "10.0.0.6:5432" }, true],
  ["another cluster", full, { ...full, system: "77104" }, false],
  ["a database that was made anew", full, { ...full, oid: 16_385 }, false],
  ["a database that was renamed", full, { ...full, database: "shop2" }, false],
  ["a server that keeps its identifier to itself", full, partial, false],
  ["itself, known in part", partial, partial, true],
  ["itself, known in part, which says more now", partial, full, true],
  ["another address, where no more is known", partial, { ...partial, server: "10.0.0.6:5432" }, false],
  ["no address, where no more is known", partial, { database: "shop", oid: 16_384 }, false],
])("a pinned server and %s", (_what, pinned, answered, isSame) => {
  expect(isSameServer(pinned, answered)).toBe(isSame);
});

test("a server is described by what is known of it", () => {
  expect(describeServer(full)).toBe("system 77103, database shop (oid 16384)");
  expect(describeServer(partial)).toBe(
    "a system of unknown identifier at 10.0.0.5:5432, database shop (oid 16384)",
  );
});
