import { expect, test } from "vitest";
import { namedIn } from "./named.ts";

test("a table is named where the statement has its name, quoted or not, and nowhere else", () => {
  const isNamed = namedIn([
    {
      parameters: [],
      text: `DELETE FROM public.Orders -- lines\n WHERE "Odd ""one" = 'text'`,
      verb: "DELETE",
    },
  ]);
  expect(["orders", 'Odd "one', "public"].map(isNamed)).toEqual([true, true, true]);
  expect(["lines", "text", "odd", "ORDERS"].map(isNamed)).toEqual([false, false, false, false]);
});
