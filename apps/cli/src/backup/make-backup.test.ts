import { expect, test } from "vitest";
import { withoutPasswords } from "./make-backup.ts";

test.each([
  ["upstream: postgres://app:s3cret@127.0.0.1/shop", "upstream: postgres://app:REDACTED@127.0.0.1/shop"],
  ['upstream: "postgresql://app:p@ss@[::1]:5432/x"', 'upstream: "postgresql://app:REDACTED@[::1]:5432/x"'],
  ["upstream: postgres://app@127.0.0.1/shop", "upstream: postgres://app@127.0.0.1/shop"],
  ["upstream: { env: SHOP_DATABASE_URL }", "upstream: { env: SHOP_DATABASE_URL }"],
])("%s has no password left", (text, safe) => {
  expect(withoutPasswords(text)).toBe(safe);
});
