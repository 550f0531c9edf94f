import { expect, test } from "vitest";
import { render } from "./render.ts";

test("a message is rendered with its parameters", () => {
  expect(render("db.statement.denied", { target: "shop", verb: "DROP TABLE" })).toBe(
    "DROP TABLE on shop was denied",
  );
});

test.each([
  ["an unknown key", "from.a.newer.version", {}, "from.a.newer.version"],
  ["an inherited member", "toString", {}, "toString"],
  ["a missing parameter", "session.started", {}, "A session was started for {agent}"],
  [
    "an inherited parameter",
    "session.started",
    Object.create({ agent: "x" }),
    "A session was started for {agent}",
  ],
])("%s is shown as it is", (_, key, params, text) => {
  expect(render(key, params)).toBe(text);
});

test("a parameter is not rendered itself", () => {
  const params = { target: "{verb}", verb: "$&" };
  expect(render("db.statement.failed", params)).toBe("$& on {verb} failed");
});
