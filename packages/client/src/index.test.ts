import { expect, test } from "vitest";
import * as client from "./index.ts";

test("the package shows these", () => {
  expect(Object.keys(client).sort()).toEqual([
    "AuditLogger",
    "ClientError",
    "ModelRequest",
    "createAuditLogger",
  ]);
});
