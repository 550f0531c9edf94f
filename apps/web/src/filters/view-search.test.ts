import { expect, test } from "vitest";
import { filterQuery, hasFilter, viewSearchOf } from "./view-search.ts";

test("an address is read as a filter, and what is none is left out", () => {
  const search = viewSearchOf({ target: "shop", level: "", search: "a & b", before: "7", agent: 3 });
  expect(search).toEqual({ target: "shop", search: "a & b" });
  expect(filterQuery(search)).toBe("target=shop&search=a+%26+b");
});

test("the order in the address does not matter", () => {
  expect(filterQuery(viewSearchOf({ level: "error", agent: "a" }))).toBe(
    filterQuery(viewSearchOf({ agent: "a", level: "error" })),
  );
});

test("no filter is no filter", () => {
  expect(hasFilter(viewSearchOf({}))).toBe(false);
  expect(hasFilter(viewSearchOf({ since: "2026-01-01T00:00:00Z" }))).toBe(true);
});
