import { expect, test } from "vitest";
import * as secrets from "./index.ts";

test("the package shows these", () => {
  expect(Object.keys(secrets).sort()).toEqual(["Redactor", "StreamRedactor", "findSecrets"]);
});
