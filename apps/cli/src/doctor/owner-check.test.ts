import { expect, test } from "vitest";
import { checkOwner } from "./owner-check.ts";

const ada = { name: "ada", removedAt: null, roles: ["owner"] };

test("as long as nobody is owner, it warns and says what to do", () => {
  const nobody = {
    advice: expect.stringContaining("custody users invite-owner"),
    id: "owner",
    status: "warn",
  };
  expect(checkOwner([])).toMatchObject(nobody);
  expect(checkOwner([{ ...ada, roles: ["admin", "approver@shop"] }])).toMatchObject(nobody);
  expect(checkOwner([{ ...ada, removedAt: "2026-01-31T12:00:00Z" }])).toMatchObject(nobody);
});

test("owners are named, and what cannot be seen is not taken to be well", () => {
  expect(checkOwner([ada])).toMatchObject({
    status: "ok",
    what: expect.stringContaining("ada is the only owner"),
  });
  expect(checkOwner([ada, { ...ada, name: "bob" }])).toMatchObject({
    status: "ok",
    what: "ada, bob are owners",
  });
  expect(checkOwner(undefined)).toMatchObject({ status: "unknown" });
});
