import { expect, test } from "vitest";
import { RecentlyUsed } from "./recently-used.ts";

test("what was not used for longest is forgotten first", () => {
  const used = new RecentlyUsed<string>(2);
  const made: string[] = [];
  const of = (name: string) =>
    used.of(name, () => {
      made.push(name);
      return name.toUpperCase();
    });
  for (const name of ["a", "b", "a", "c", "a", "b"]) expect(of(name)).toBe(name.toUpperCase());
  expect(made).toEqual(["a", "b", "c", "b"]);
});
