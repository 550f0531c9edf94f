import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { uuidv7Source } from "./uuid.ts";

test("identifiers have the form of RFC 9562, version 7, and sort in the order they were made", () => {
  let ms = 1_700_000_000_000;
  const next = uuidv7Source(
    () => ms,
    (size) => randomBytes(size),
  );
  const made = Array.from({ length: 20_000 }, (_, at) => {
    if (at % 700 === 0) ms += 1;
    return next();
  });
  for (const id of made)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(made).size).toBe(made.length);
  expect([...made].sort()).toEqual(made);
});

test("the time stands in the first 48 bits", () => {
  const next = uuidv7Source(
    () => 0x0123456789ab,
    (size) => new Uint8Array(size),
  );
  expect(next()).toBe("01234567-89ab-7000-8000-000000000000");
});

test("a clock that steps back does not break the order, and more than 4096 in a millisecond borrow from the next", () => {
  const times = [5000, 4000, 3000];
  const next = uuidv7Source(
    () => times.shift() ?? 3000,
    (size) => randomBytes(size),
  );
  const made = Array.from({ length: 10_000 }, () => next());
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
});
