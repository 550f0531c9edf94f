import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { render } from "../../../../../test/postgres/effects/render.ts";
import { effectsTable } from "../../../../../test/postgres/effects/table.ts";
import { CaptureError } from "../../error.ts";
import { classify, loadParser, resolveExecute, STATEMENT_INLINE_BYTES_MAX } from "./classify.ts";
import type { ClassifiedStatement } from "./statement.ts";

await loadParser();
const context = { database: "shop" };

function one(sql: string | Buffer): ClassifiedStatement {
  const statements = classify(sql, context);
  expect(statements).toHaveLength(1);
  return statements[0] as ClassifiedStatement;
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CaptureError) return error.code;
    throw error;
  }
  return "no error";
}

describe("what a statement does", () => {
  test.each(effectsTable())("$sql", ({ sql, effects }) => {
    expect(render(one(sql))).toBe(effects);
  });

  test("the tier is that of the strictest operation", () => {
    for (const { sql } of effectsTable()) {
      const { operations, tier } = one(sql);
      const tiers = ["read", "write", "destructive", "admin"];
      expect(tiers.indexOf(tier)).toBe(Math.max(...operations.map((each) => tiers.indexOf(each.tier))));
    }
  });

  test("what does not only read is known to write, except where it only prepares or sets the session", () => {
    for (const { sql } of effectsTable()) {
      const statement = one(sql);
      if (statement.tier !== "read" && statement.prepares === undefined) expect(statement.writes).toBe(true);
    }
  });
});

describe("transaction control", () => {
  test.each([
    ["BEGIN", { kind: "begin" }],
    ["BEGIN READ ONLY", { kind: "begin", readOnly: true }],
    ["START TRANSACTION READ WRITE", { kind: "begin", readOnly: false }],
    ["COMMIT", { kind: "commit", chain: false }],
    ["END AND CHAIN", { kind: "commit", chain: true }],
    ["ROLLBACK AND NO CHAIN", { kind: "rollback", chain: false }],
    ["ABORT AND CHAIN", { kind: "rollback", chain: true }],
    ["SAVEPOINT a", { kind: "savepoint", name: "a" }],
    ["RELEASE a", { kind: "release", name: "a" }],
    ['ROLLBACK TO "A b"', { kind: "rollback-to", name: "A b" }],
    ["PREPARE TRANSACTION 'x'", { kind: "prepare-transaction", gid: "x" }],
    ["COMMIT PREPARED 'x'", { kind: "commit-prepared", gid: "x" }],
    ["ROLLBACK PREPARED 'x'", { kind: "rollback-prepared", gid: "x" }],
  ])("%s", (sql, control) => {
    expect(one(sql).control).toEqual(control);
  });
});

describe("prepared statements", () => {
  test("PREPARE shows its body, and the body's own text", () => {
    const { prepares } = one("PREPARE p (int, as_type) AS /* why */ DELETE FROM t WHERE a = $1 -- end");
    expect(prepares?.name).toBe("p");
    expect(prepares?.text).toBe("/* why */ DELETE FROM t WHERE a = $1 -- end");
    expect(prepares && render(prepares.body)).toBe("DELETE · write delete DELETE(w t) · writes");
  });

  test("EXECUTE shows the text of each argument", () => {
    const { executes } = one("/* ü */ EXECUTE p(1 + 2, f('a,b)'), ARRAY[1, 2], 'ü', (SELECT 1, 2))");
    expect(executes?.arguments).toEqual(["1 + 2", "f('a,b)')", "ARRAY[1, 2]", "'ü'", "(SELECT 1, 2)"]);
    expect(one("EXECUTE p").executes?.arguments).toEqual([]);
  });

  test("EXECUTE is unknown until it is resolved, and then does what the prepared statement does", () => {
    const execute = one("EXECUTE p(nextval('s'))");
    expect(execute.operations.some(({ kind }) => kind === "unknown")).toBe(true);
    const resolved = resolveExecute(execute, one("DELETE FROM t WHERE id = $1"));
    expect(render(resolved)).toBe(
      "EXECUTE · write call FUNCTION(r nextval) · write update NEXTVAL(w s) · write delete DELETE(w t) · writes · escapes",
    );
    expect(resolved.text).toBe("EXECUTE p(nextval('s'))");
    expect(render(resolveExecute(one("EXECUTE p(1)"), one("SELECT 1")))).toBe("EXECUTE · read SELECT()");
    expect(resolveExecute(one("EXECUTE p"), one("COMMIT")).control).toEqual({ kind: "commit", chain: false });
  });

  test("DEALLOCATE and DISCARD say what is forgotten", () => {
    expect(one("DEALLOCATE p").deallocates).toEqual({ name: "p" });
    expect(one("DEALLOCATE PREPARE ALL").deallocates).toEqual({ all: true });
    expect(one("DISCARD TEMP").discards).toBe("temp");
  });
});

describe("cursors and COPY", () => {
  test("a cursor has a name, and DECLARE has the query that FETCH will run", () => {
    const { cursor } = one("DECLARE c CURSOR WITH HOLD FOR SELECT mine(a) FROM t");
    expect(cursor?.kind).toBe("declare");
    expect(cursor?.query && render(cursor.query)).toContain("write call FUNCTION(r mine)");
    expect(one("FETCH ALL IN c").cursor).toEqual({ kind: "fetch", name: "c" });
    expect(one("MOVE c").cursor).toEqual({ kind: "move", name: "c" });
    expect(one("CLOSE ALL").cursor).toEqual({ kind: "close", name: undefined });
  });

  test.each([
    ["COPY t FROM STDIN", { direction: "in", source: "client" }],
    ["COPY t TO STDOUT", { direction: "out", source: "client" }],
    ["COPY t FROM '/x'", { direction: "in", source: "file" }],
    ["COPY (SELECT 1) TO PROGRAM 'x'", { direction: "out", source: "program" }],
  ])("%s", (sql, copy) => {
    expect(one(sql).copy).toEqual(copy);
  });
});

describe("the slices of a message", () => {
  function slices(sql: string | Buffer): string[] {
    const bytes = typeof sql === "string" ? Buffer.from(sql) : sql;
    return classify(sql, context).map(({ text, start, end, digest }) => {
      const slice = bytes.subarray(start, end);
      expect(slice.toString("utf8")).toBe(text);
      expect(createHash("sha256").update(slice).digest("hex")).toBe(digest);
      return text;
    });
  }

  test.each<[string, string[]]>([
    ["", []],
    [";;", []],
    [" ; -- nothing; here\n ; /* ; */ ;", []],
    ["SELECT 1", ["SELECT 1"]],
    ["  SELECT 1 ;\n", ["SELECT 1"]],
    ["SELECT 1;;SELECT 2", ["SELECT 1", "SELECT 2"]],
    [
      "SELECT ';' ; SELECT $$;$$; SELECT $a$ ; $$ ; $a$",
      ["SELECT ';'", "SELECT $$;$$", "SELECT $a$ ; $$ ; $a$"],
    ],
    ["SELECT E'\\';' ; SELECT 2", ["SELECT E'\\';'", "SELECT 2"]],
    ["SELECT 'ü', 'ö;' ; SELECT '日本' /* 日; */;", ["SELECT 'ü', 'ö;'", "SELECT '日本' /* 日; */"]],
    [
      "-- one;\nSELECT 1 -- two;\n; /* three; /* ; */ */ SELECT 2",
      ["-- one;\nSELECT 1 -- two;", "/* three; /* ; */ */ SELECT 2"],
    ],
    ["\u00a0SELECT 1", []],
    ["SELECT 1 AS \"a;b\"; SELECT U&'\\0061;'", ['SELECT 1 AS "a;b"', "SELECT U&'\\0061;'"]],
    [
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3",
      ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", "SELECT 3"],
    ],
  ])("%j", (sql, expected) => {
    // A no-break space is part of a name for PostgreSQL, and so an error here.
    if (sql.startsWith("\u00a0")) expect(codeOf(() => slices(sql))).toBe("STATEMENT_UNPARSEABLE");
    else expect(slices(sql)).toEqual(expected);
  });

  test("bytes that are not UTF-8 keep their places", () => {
    const sql = Buffer.from("SELECT '\xe4\xf6'; DELETE FROM t\xe4 WHERE id = 1 ", "latin1");
    const [first, second] = classify(sql, context);
    expect(sql.subarray(first?.start, first?.end).toString("latin1")).toBe("SELECT '\xe4\xf6'");
    expect(sql.subarray(second?.start, second?.end).toString("latin1")).toBe(
      "DELETE FROM t\xe4 WHERE id = 1",
    );
    expect(second?.digest).toBe(
      createHash("sha256").update(sql.subarray(second?.start, second?.end)).digest("hex"),
    );
  });
});

describe("what cannot be understood is refused", () => {
  test("the parser's own words, and the place in characters", () => {
    let caught: unknown;
    try {
      classify("SELECT 'é' FROM t WHERE", context);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(CaptureError);
    expect(caught).toMatchObject({
      code: "STATEMENT_UNPARSEABLE",
      message: "syntax error at end of input",
      position: 23,
    });
  });

  test.each([
    "SELECT 1; SELEC 2",
    "SELECT 'a",
    "SELECT 1\u0000; DELETE FROM t",
    "\ufeffSELECT 1",
    "/*!50000 SELECT",
  ])("%j", (sql) => {
    expect(codeOf(() => classify(sql, context))).toBe("STATEMENT_UNPARSEABLE");
  });

  test("too long, and too deep", () => {
    const long = `SELECT '${"x".repeat(STATEMENT_INLINE_BYTES_MAX)}'`;
    expect(codeOf(() => classify(long, context))).toBe("STATEMENT_TOO_LONG");
    expect(codeOf(() => classify(`SELECT ${"1+".repeat(20_000)}1`, context))).toBe("STATEMENT_TOO_COMPLEX");
    expect(codeOf(() => classify(`SELECT ${"(".repeat(10_000)}1${")".repeat(10_000)}`, context))).toBe(
      "STATEMENT_TOO_COMPLEX",
    );
    expect(one("SELECT 1").verb).toBe("SELECT");
  });

  test("a long list is neither", () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `(${index}, 'it''s (deep', $$)$$)`).join(", ");
    expect(render(one(`INSERT INTO t VALUES ${rows}`))).toBe("INSERT · write insert INSERT(w t) · writes");
  });
});

describe("properties", () => {
  const statements = effectsTable().map(({ sql }) => sql);
  const fragments = fc.array(
    fc.oneof(
      fc.constantFrom(
        ..."'\";$()-/*,\\ \n".split(""),
        "$$",
        "--",
        "/*",
        "*/",
        "E'",
        "SELECT",
        "DELETE FROM t",
      ),
      fc.string(),
    ),
  );

  test("any text is classified or refused with an error of ours", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fragments.map((parts) => parts.join("")),
          fc.string({ unit: "binary" }),
        ),
        (sql) => {
          try {
            classify(sql, context);
          } catch (error) {
            expect(error).toBeInstanceOf(CaptureError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("statements in one message do what each of them does alone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...statements), { maxLength: 6 }),
        fc.constantFrom(";", " ; ", ";\n--;\n;"),
        (parts, glue) => {
          const together = classify(parts.join(glue), context);
          expect(together.map(render)).toEqual(parts.map((part) => render(one(part))));
        },
      ),
      { numRuns: 300 },
    );
  });
});
