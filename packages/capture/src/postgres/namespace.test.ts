import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Namespace } from "./namespace.ts";

describe("Namespace", () => {
  test("a definition counts as soon as it is sent, and is kept only if it is confirmed", () => {
    const names = new Namespace<string>();
    names.propose("p", "one", 0);
    expect(names.get("p")).toBe("one");
    names.reject("p", "one");
    expect(names.get("p")).toBeUndefined();
    names.propose("p", "two", 1);
    names.confirm("p", "two");
    expect(names.get("p")).toBe("two");
  });

  test("a newer proposal outlives the confirmation of an older one", () => {
    const names = new Namespace<string>();
    names.propose("", "one", 0);
    names.propose("", "two", 1);
    names.confirm("", "one");
    expect(names.get("")).toBe("two");
    names.reject("", "two");
    expect(names.get("")).toBe("one");
  });

  test("is not certain while a definition of an earlier segment may leave another one in its place", () => {
    const names = new Namespace<string>();
    names.propose("p", "old", 0);
    names.confirm("p", "old");
    names.propose("p", "new", 1);
    expect(names.isCertain("p", 1)).toBe(true);
    expect(names.isCertain("p", 2)).toBe(false);
    names.reject("p", "new");
    expect(names.isCertain("p", 2)).toBe(true);
  });

  test("is certain when a definition that fails leaves nothing", () => {
    const names = new Namespace<string>();
    names.propose("p", "only", 0);
    expect(names.isCertain("p", 1)).toBe(true);
    names.propose("p", undefined, 1);
    expect(names.isCertain("p", 2)).toBe(false);
  });

  test("clearNamed keeps the unnamed one, and what is on its way", () => {
    const names = new Namespace<string>();
    for (const name of ["", "p"]) names.confirm(name, `was ${name}`);
    names.propose("q", "coming", 0);
    names.clearNamed();
    expect([names.get(""), names.get("p"), names.get("q")]).toEqual(["was ", undefined, "coming"]);
  });

  /** A definition of a client: `value` undefined closes; the server may find fault with it. */
  const definition = fc.record({
    value: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    isFaulty: fc.boolean(),
  });

  test("what it is certain of is what the server runs, or else the server runs nothing", () => {
    const segments = fc.array(fc.array(definition, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(segments, fc.nat(6), (sent, answeredSegments) => {
        const names = new Namespace<number>();
        let meant: number | undefined;
        for (const [segment, definitions] of sent.entries()) {
          for (const { value } of definitions) names.propose("p", value, segment);
        }
        for (const [segment, definitions] of sent.entries()) {
          // Some answers are here before the question is asked, the others come after it.
          const isAnswered = segment < answeredSegments;
          let hasFailed = false;
          for (const { value, isFaulty } of definitions) {
            // As for a Parse with a name: a name in use is refused. A close never fails by itself.
            hasFailed ||= value !== undefined && (isFaulty || meant !== undefined);
            if (!hasFailed) meant = value;
            if (isAnswered) hasFailed ? names.reject("p", value) : names.confirm("p", value);
          }
        }
        if (!names.isCertain("p", sent.length)) return;
        expect([undefined, names.get("p")]).toContain(meant);
      }),
      { numRuns: 2000 },
    );
  });
});
