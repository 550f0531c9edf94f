import { expect, test } from "vitest";
import { withoutPassword } from "./database-url.ts";
import { targetName, variableName, variableWith } from "./target-name.ts";

test.each([
  ["shop", [], "shop"],
  ["shop", ["shop", "shop-2"], "shop-3"],
  ["My Shop (old)", [], "my-shop-old"],
  ["_private_", [], "private"],
  ["店", [], "database"],
  ["x".repeat(80), ["x".repeat(59)], `${"x".repeat(59)}-2`],
])("the database %j beside %j is called %s", (database, taken, name) => {
  expect(targetName(database, taken)).toBe(name);
  expect(name).toMatch(/^[a-z0-9][a-z0-9_-]{0,62}$/);
});

test("the variable is a name that a shell can set", () => {
  expect(variableName("my-shop")).toBe("MY_SHOP_DATABASE_URL");
  expect(variableName("2nd")).toBe("_2ND_DATABASE_URL");
});

test("a variable that has the URL already is found, the target's own first", () => {
  const url = "postgres://a:b@c/shop";
  expect(variableWith(url, "shop", { DATABASE_URL: url, SHOP_DATABASE_URL: url })).toBe("SHOP_DATABASE_URL");
  expect(variableWith(url, "shop", { A_URL: url, DATABASE_URL: url })).toBe("DATABASE_URL");
  expect(variableWith(url, "shop", { A_URL: url, "NOT-ONE": url })).toBe("A_URL");
  expect(variableWith(url, "shop", { DATABASE_URL: `${url}2`, "NOT-ONE": url })).toBeUndefined();
});

test.each([
  ["postgres://app:secret@db/shop", "postgres://app:***@db/shop"],
  ["postgres://app:se:c@ret@db:5432/shop", "postgres://app:***@db:5432/shop"],
  ["postgres://app@corp:secret@db/shop", "postgres://app@corp:***@db/shop"],
  ["postgresql://app:@db", "postgresql://app:***@db"],
  ["postgres://app@db:5432/a:b@c", "postgres://app@db:5432/a:b@c"],
])("%s is shown as %s", (url, shown) => expect(withoutPassword(url)).toBe(shown));
