import type { Environment } from "@custody/domain";
import { describe, expect, test } from "vitest";
import { policyDecider } from "./decider.ts";
import { compilePolicy } from "./policy.ts";
import { LIBRARY } from "./presets/presets.ts";
import { action, call, drop, named, shop, write } from "./testing/actions.ts";

/** What stands behind the rules, without what is built in. */
function behind(text: string, environment: Environment): string[] {
  const rules = compilePolicy(`version: 1\n${text}`, "x").rulesFor(environment);
  return [...new Set(rules.map(({ name }) => name.split(":")[0] as string))].filter(
    (name) => name !== "builtin",
  );
}

describe("what stands behind the rules", () => {
  test.each<[text: string, environment: Environment, presets: string[]]>([
    ["rules: []", "production", ["guarded"]],
    ["rules: []", "staging", []],
    ["rules: []", "development", []],
    ["rules: []", "disposable", []],
    ["default: { staging: locked }", "production", ["guarded"]],
    ["default: locked", "production", ["locked"]],
    ["default: locked", "development", ["locked"]],
    ["default: locked", "disposable", []],
    ["default: observe", "production", []],
    ["default: { staging: guarded }", "staging", ["guarded"]],
    ["default: { staging: guarded }", "development", []],
    ["default: { production: locked }", "production", ["locked"]],
    ["extends: guarded", "production", ["guarded"]],
    ["extends: guarded", "development", ["guarded"]],
    ["extends: guarded", "disposable", []],
    ["extends: [guarded, locked]", "staging", ["guarded", "locked"]],
    ["extends: observe", "production", []],
    ["extends: guarded\ndefault: { production: locked }", "production", ["guarded", "locked"]],
    ["extends: guarded\ndefault: { production: locked }", "staging", ["guarded"]],
  ])("%s: in %s %j", (text, environment, presets) => {
    expect(behind(text, environment)).toEqual(presets);
  });

  test("a rule of the user's comes first, the built-in denials before a preset, what is built in to be allowed last", () => {
    const decider = policyDecider(
      compilePolicy(
        "version: 1\ndefault: locked\nrules:\n  - { name: mine, match: { object: t }, effect: allow }",
        "x",
      ),
    );
    const decide = (...operations: Parameters<typeof action>[0]) => named(decider.decide(action(operations)));
    expect(decide(write("delete", "t"))).toBe("mine");
    expect(decide(write("delete", "u"))).toBe("?locked:write");
    expect(decide(call("pg_logical_emit_message"))).toBe("-builtin:stamp");
    expect(decide({ kind: "unknown", objects: [], tier: "destructive", verb: "DO" })).toBe("?locked:write");
    expect(decide({ kind: "unknown", objects: [], tier: "destructive", verb: "EXECUTE" })).toBe(
      "-builtin:unknown",
    );
  });

  test("who throws a database away is asked nothing", () => {
    const decider = policyDecider(compilePolicy("version: 1\ndefault: locked", "x"));
    const target = { ...shop, environment: "disposable" } as const;
    expect(named(decider.decide(action([drop("SCHEMA", "public")], { target })))).toBe("default");
    expect(named(decider.decide(action([drop("SCHEMA", "public")])))).toBe("?locked:write");
  });
});

describe("the digest", () => {
  const digest = (text: string, library = LIBRARY) =>
    compilePolicy(`version: 1\n${text}`, "x", library).digest;

  test("is that of the text and of what stands behind it", () => {
    const texts = [
      "default: observe",
      "default: guarded",
      "default: { production: guarded }",
      "extends: guarded",
      "# a",
    ];
    expect(new Set(texts.map((text) => digest(text))).size).toBe(texts.length);
    expect(digest("# a")).toBe(digest("# a"));
  });

  test("changes with a preset that is used, with what is built in, and with no other preset", () => {
    const locked = { ...LIBRARY.presets, locked: "version: 1\nrules: []\n" };
    expect(digest("default: locked", { ...LIBRARY, presets: locked })).not.toBe(digest("default: locked"));
    expect(digest("default: observe", { ...LIBRARY, presets: locked })).toBe(digest("default: observe"));
    const standing = { production: "locked", staging: "guarded", development: "guarded" };
    const turned = { production: "guarded", staging: "locked", development: "guarded" };
    expect(digest("", { ...LIBRARY, standing })).not.toBe(digest("", { ...LIBRARY, standing: turned }));
    expect(digest("default: observe", { ...LIBRARY, builtin: "version: 1\n" })).not.toBe(
      digest("default: observe"),
    );
  });
});

test("with the texts of another time, it decides as it did then", () => {
  const library = {
    builtin: "version: 1\nrules:\n  - { name: 'builtin:old', match: { tier: admin }, effect: deny }\n",
    presets: {
      calm: "version: 1\nrules:\n  - { name: 'calm:all', match: { kind: delete }, effect: simulate }\n",
      observe: "version: 1\n",
    },
    standing: { production: "calm", staging: "observe", development: "observe" },
  };
  const decider = policyDecider(compilePolicy("version: 1", "x", library));
  expect(named(decider.decide(action([write("delete", "t")])))).toBe("~calm:all");
  expect(named(decider.decide(action([call("pg_read_file", "admin")])))).toBe("-builtin:old");
  expect(() => compilePolicy("version: 1\ndefault: guarded", "x", library)).toThrow(
    "there are calm, observe",
  );
});
