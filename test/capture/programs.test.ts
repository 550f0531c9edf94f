import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, type TestContext, test } from "vitest";
import { optional } from "../postgres/optional.ts";
import { useProxy } from "./fixture.ts";
import { outcomes, stories } from "./well-formed.ts";

const run = promisify(execFile);
const proxied = useProxy("CREATE TABLE t (id int PRIMARY KEY, v text)");

beforeEach(async () => {
  await proxied.truth("TRUNCATE t");
});

describe("psql", () => {
  /** Everything that psql prints, on both of its outputs, for a script on its standard input. */
  async function psql(context: TestContext, url: string, script: string, args: readonly string[] = []) {
    const child = run(optional("psql", context), ["-X", url, ...args], {
      env: { ...process.env, LC_ALL: "C" },
    });
    child.child.stdin?.end(script);
    const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
    // It warns that the server is newer than itself: not to the point.
    return { stdout, stderr: stderr.replace(/^.*server version.*\n/gm, "") };
  }

  const scripts: Readonly<Record<string, string>> = {
    "\\gset and \\gexec":
      "SELECT 7 AS seven \\gset\nSELECT :seven + 1;\nSELECT format('SELECT %s', g) FROM generate_series(1, 3) g \\gexec\n",
    "several statements in one string": "SELECT 1\\; SELECT 2\\; SELECT 1/0\\; SELECT 3;\nSELECT 4;\n",
    "PREPARE, EXECUTE, DEALLOCATE":
      "PREPARE p (int) AS INSERT INTO t VALUES ($1, 'x') RETURNING *;\nEXECUTE p(1);\nEXECUTE p(1);\nDEALLOCATE p;\nEXECUTE p(2);\n",
    "errors with their position": "SELECT *\n  FROM missing;\nSELECTT;\nSELECT 'unterminated\n;\n';\n",
    cursors:
      "BEGIN;\nDECLARE c SCROLL CURSOR FOR SELECT g FROM generate_series(1, 9) g;\nFETCH 3 FROM c;\nMOVE 2 FROM c;\nFETCH NEXT FROM c;\nFETCH BACKWARD 2 FROM c;\nCLOSE c;\nCOMMIT;\n",
    "a large result by its own cursor": "\\set FETCH_COUNT 7\nSELECT g FROM generate_series(1, 20) g;\n",
    savepoints:
      "BEGIN;\nINSERT INTO t VALUES (1);\nSAVEPOINT a;\nINSERT INTO t VALUES (1);\nROLLBACK TO a;\nRELEASE a;\nCOMMIT;\nTABLE t;\n",
    ON_ERROR_ROLLBACK:
      "\\set ON_ERROR_ROLLBACK on\nBEGIN;\nINSERT INTO t VALUES (1);\nSELECT 1/0;\nINSERT INTO t VALUES (2);\nCOMMIT;\nTABLE t;\n",
    "COPY from its standard input":
      "COPY t FROM STDIN;\n1\tone\n2\ttwo\n\\.\nTABLE t;\nCOPY t TO STDOUT;\nCOPY t FROM STDIN;\nbad\n\\.\nSELECT 1;\n",
    "\\d and its kin": "\\d t\n\\dt\n\\df nothing\n\\l nothing\n",
    "\\gdesc, \\crosstabview and \\watch":
      "SELECT 1 AS a, 'x'::text AS b \\gdesc\nSELECT 1 AS r, 2 AS c, 3 AS v \\crosstabview\n",
    "an empty string and only comments": ";\n;;\n-- nothing\n/* nothing */;\nSELECT 1;\n",
    "notices and settings":
      "DO $$ BEGIN RAISE NOTICE 'hello'; END $$;\nSET client_min_messages = error;\nDROP TABLE IF EXISTS nothing;\n\\encoding LATIN1\nSELECT 'ok';\n",
  };

  test.for(Object.entries(scripts))("prints the same as without a proxy: %s", async ([, script], context) => {
    const seen = [];
    for (const url of [proxied.directUrl, proxied.url]) {
      await proxied.truth("TRUNCATE t");
      seen.push(await psql(context, url, script));
    }
    const [direct, through] = seen;
    // The one thing that we add: where to find the record of what was refused.
    const stderr = through?.stderr.replace(/^DETAIL: {2}Custody did not forward.*\n/gm, "");
    expect(through?.stdout).toBe(direct?.stdout);
    expect(stderr).toBe(direct?.stderr);
  });

  test("\\copy both ways, -c and -1", async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "custody-copy-"));
    try {
      const [from, to] = [join(folder, "from"), join(folder, "to")];
      const rows = Array.from({ length: 5000 }, (_, id) => `${id}\trow ${id}\n`).join("");
      writeFileSync(from, rows);
      const { stdout } = await psql(
        context,
        proxied.url,
        `\\copy t FROM '${from}'\n\\copy (TABLE t ORDER BY id) TO '${to}'\n`,
      );
      expect(stdout).toBe("COPY 5000\nCOPY 5000\n");
      expect(readFileSync(to, "utf8")).toBe(rows);
      const bulks = stories(proxied.recorder).map(({ final }) => final?.effect?.bulk);
      expect(bulks[0]?.digest).toBe(bulks[1]?.digest);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const { stdout } = await psql(context, proxied.url, "", [
      "-1",
      "-c",
      "DELETE FROM t",
      "-c",
      "SELECT 1/0",
      "-c",
      "SELECT 2",
    ]);
    expect(stdout).toBe("DELETE 5000\n");
    expect(outcomes(proxied.recorder).slice(-4)).toEqual([
      "DELETE FROM t · completed · ok · rolled-back · affected 5000",
      "SELECT 1/0 · failed · error · rolled-back",
      "SELECT 2 · failed · error · rolled-back",
      "COMMIT · completed · ok · rolled-back",
    ]);
  });
});

describe("pgbench", () => {
  test("initialises, and runs in all three modes with the same counts as the database", async (context) => {
    const pgbench = optional("pgbench", context);
    const { host, port, user, password, name } = parts(proxied.url);
    const env = { ...process.env, PGPASSWORD: password };
    const connection = ["-h", host, "-p", port, "-U", user, name];
    await run(pgbench, ["-i", "-q", "-s", "1", ...connection], { env });
    expect(await proxied.truth("SELECT count(*)::int FROM pgbench_accounts")).toEqual([[100_000]]);
    expect(stories(proxied.recorder).some(({ final }) => final?.effect?.bulk?.direction === "in")).toBe(true);
    for (const mode of ["simple", "extended", "prepared"]) {
      for (const script of ["-S", "-N"]) {
        proxied.recorder.clear();
        const before = await history();
        const args = ["-n", "-M", mode, script, "-c", "4", "-j", "1", "-t", "25", ...connection];
        const { stdout } = await run(pgbench, args, { env });
        expect(stdout).toContain("number of transactions actually processed: 100/100");
        await proxied.settled();
        const all = stories(proxied.recorder);
        const done = (verb: string) =>
          all.filter(
            ({ final }) =>
              final?.statement?.text.startsWith(verb) && final.transaction?.outcome !== "rolled-back",
          );
        expect(done("SELECT abalance")).toHaveLength(100);
        if (script === "-N") {
          expect(done("UPDATE")).toHaveLength(100);
          expect(done("INSERT").map(({ final }) => final?.transaction?.outcome)).toEqual(
            Array(100).fill("committed"),
          );
          expect((await history()) - before).toBe(100);
        }
      }
    }
  });

  async function history(): Promise<number> {
    return (await proxied.truth("SELECT count(*)::int FROM pgbench_history"))[0]?.[0] as number;
  }

  function parts(url: string) {
    const { hostname, port, username, password, pathname } = new URL(url);
    return { host: hostname, port, user: username, password, name: pathname.slice(1) };
  }
});
