import { posix } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkpointName, originPath, sizeOfName } from "./origin-path.ts";

test("a usual origin is its own path", () => {
  expect(originPath("custody.local/897deb665c193d54")).toBe("custody.local/897deb665c193d54");
});

test("no origin leads out of the place, or into the folder of another", () => {
  const origins = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc
      .array(fc.constantFrom("..", ".", "", "a", "%", "%2e%2e", "\\", "a.b", ":"), { maxLength: 4 })
      .map((parts) => parts.join("/")),
  );
  fc.assert(
    fc.property(origins, origins, (one, other) => {
      const path = originPath(one);
      expect(posix.normalize(path)).toBe(path);
      expect(path).toMatch(/^[A-Za-z0-9_%-][A-Za-z0-9._%/-]*$/);
      if (one !== other) expect(originPath(other)).not.toBe(path);
    }),
  );
});

test("sizes stand in names, and other names are other files", () => {
  fc.assert(fc.property(fc.maxSafeNat(), (size) => sizeOfName(checkpointName(size)) === size));
  for (const name of [
    "latest",
    "07.checkpoint",
    "1.checkpoint.tmp",
    "-1.checkpoint",
    "9007199254740993.checkpoint",
  ])
    expect(sizeOfName(name)).toBeUndefined();
});
