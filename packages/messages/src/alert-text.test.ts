import { expect, test } from "vitest";
import { alertText, alertTitle } from "./alert-text.ts";

test("an alert says what happened, to whom as far as that is known, and nothing that would act on a screen", () => {
  expect(alertTitle("statement-denied")).toBe("Statement denied");
  expect(alertText("statement-denied", { agent: "ro\u202ebot\n", target: "shop" })).toBe(
    "ro\\u{202e}bot\\n asked shop for something that the rule unknown denies. It was not forwarded.",
  );
  expect(alertText("connection-refused", { address: "{target}", target: "{address}" })).toBe(
    "Somebody at {target} tried to connect to {address} and could not show a valid token.",
  );
});

test("a kind of a newer version is shown by its name", () => {
  expect(alertTitle("from-the-future\u0007")).toBe("from-the-future\\u{7}");
  expect(alertText("toString", {})).toBe("toString");
});
