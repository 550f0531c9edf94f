import { expect, test } from "vitest";
import { namedIn } from "./named.ts";

const deleting = {
  parameters: [],
  text: `DELETE FROM public.Orders -- lines\n WHERE "Odd ""one" = 'text'`,
  verb: "DELETE",
};

test("a table is named where the statement has its name, quoted or not, and nowhere else", () => {
  const isNamed = namedIn({ runs: [], statements: [deleting] });
  expect(["orders", 'Odd "one', "public"].map(isNamed)).toEqual([true, true, true]);
  expect(["lines", "text", "odd", "ORDERS"].map(isNamed)).toEqual([false, false, false, false]);
});

test("what an EXECUTE runs is there to be read, and names its tables", () => {
  const executing = { parameters: [], text: "EXECUTE harmless", verb: "EXECUTE" };
  const isNamed = namedIn({ runs: ["DELETE FROM people"], statements: [executing] });
  expect(["people", "notes"].map(isNamed)).toEqual([true, false]);
  expect(namedIn({ statements: [executing] })("people")).toBe(false);
});
