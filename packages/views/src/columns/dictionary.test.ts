import { expect, test } from "vitest";
import { Dictionary } from "./dictionary.ts";

interface Value {
  readonly kind: string;
  readonly detail: string;
}

const nothing: Value = { detail: "", kind: "" };

function small(): Dictionary<Value, string> {
  return new Dictionary({
    charactersMax: 10,
    derive: ({ detail }) => detail.toUpperCase(),
    keyOf: ({ detail, kind }) => `${kind}/${detail}`,
    lighten: (value) => ({ ...value, detail: "" }),
    nothing,
  });
}

test("a value has one number, and once there is no room, new ones are kept without what makes them heavy", () => {
  const dictionary = small();
  const first = dictionary.number({ detail: "abcdef", kind: "a" });
  const second = dictionary.number({ detail: "ghijkl", kind: "a" });
  expect(dictionary.number({ detail: "mnopqr", kind: "a" })).toBe(
    dictionary.number({ detail: "stu", kind: "a" }),
  );
  expect(dictionary.number({ detail: "", kind: "b" })).toBe(3);
  expect([first, second, dictionary.size]).toEqual([0, 1, 4]);
  expect(dictionary.number({ detail: "abcdef", kind: "a" })).toBe(first);
  expect(dictionary.value(2)).toEqual({ detail: "", kind: "a" });
});

test("what was stored gives the same numbers, also for what comes later", () => {
  const before = small();
  for (const detail of ["abcdef", "ghijkl", "mnopqr"]) before.number({ detail, kind: "a" });
  const after = small();
  after.load([...before.takeAdded().texts.entries()]);
  for (const detail of ["stu", "ghijkl", "vwx"])
    expect(after.number({ detail, kind: "a" })).toBe(before.number({ detail, kind: "a" }));
  expect(after.size).toBe(before.size);
});

test("a value that was removed is gone, makes room, and leaves the numbers of others as they are", () => {
  const dictionary = small();
  const numbers = ["abcdef", "ghi", "j"].map((detail) => dictionary.number({ detail, kind: "a" }));
  const { texts } = dictionary.takeAdded();
  dictionary.remove(0);
  dictionary.remove(0);
  expect(dictionary.takeRemoved()).toEqual([0]);
  expect([dictionary.value(0), dictionary.derived(0)]).toEqual([nothing, ""]);
  const again = small();
  again.load([...texts.entries()].slice(1));
  for (const each of [dictionary, again]) {
    expect(JSON.stringify(each.values())).not.toContain("abcdef");
    expect(each.number({ detail: "ghi", kind: "a" })).toBe(numbers[1]);
    expect(each.number({ detail: "abcdef", kind: "a" })).toBe(3);
    expect(each.value(3).detail).toBe("abcdef");
  }
});
