import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { outcomes, stories } from "../capture/well-formed.ts";
import { useProgramServer, withoutRestriction } from "./program-server.ts";
import { privilegesAndPublications, sampleDatabase } from "./sample-database.ts";

const programs = useProgramServer();
const folder = mkdtempSync(join(tmpdir(), "custody-dump-"));
afterAll(() => rmSync(folder, { force: true, recursive: true }));

describe("pg_dump", () => {
  test("writes the same through Custody, as plain text", async (context) => {
    const server = await programs(context);
    const { directUrl, prepare, proxied } = await server.twins();
    await prepare(sampleDatabase + privilegesAndPublications);
    for (const args of [
      [],
      ["--inserts", "--rows-per-insert=100"],
      ["--schema-only", "--create", "--clean"],
    ]) {
      const direct = await server.run("pg_dump", [...args, directUrl]);
      const through = await server.run("pg_dump", [...args, proxied.url]);
      expect(through.stderr).toBe("");
      expect(comparable(through.stdout)).toBe(comparable(direct.stdout));
    }
    const copied = stories(proxied.recorder).filter(({ final }) => final?.effect?.bulk?.direction === "out");
    expect(copied).toHaveLength(5);
  });

  test.for([
    ["custom", []],
    ["directory", ["-j", "2"]],
    ["tar", []],
  ] as const)(
    "writes an archive that restores to the same database, in the form %s",
    async ([format, args], context) => {
      const server = await programs(context);
      const { directUrl, prepare, proxied } = await server.twins();
      await prepare(sampleDatabase + privilegesAndPublications);
      const archive = join(folder, format);
      const dumped = await server.run("pg_dump", ["-F", format, "-f", archive, ...args, proxied.url]);
      expect(dumped).toEqual({ code: 0, stderr: "", stdout: "" });
      // What is in the archive, said as a script: nothing but the archive is asked for it.
      const script = join(folder, `${format}.sql`);
      await server.run("pg_restore", ["-f", script, archive]);
      expect(withoutRestriction(readFileSync(script, "utf8"))).toBe(await server.dump(directUrl));
    },
  );
});

describe("pg_restore", () => {
  test.for([
    ["custom", []],
    ["custom", ["-j", "2"]],
    ["directory", ["-j", "2"]],
    ["custom", ["--single-transaction"]],
  ] as const)(
    "restores through Custody what it restores without, from %s with %s",
    async ([format, args], context) => {
      const server = await programs(context);
      const source = await server.twins();
      await source.prepare(sampleDatabase);
      const archive = join(folder, `restore-${format}-${args.join("")}`);
      await server.run("pg_dump", ["-F", format, "-f", archive, source.directUrl]);
      const { directUrl, pastUrl, proxied } = await server.twins();
      for (const url of [directUrl, proxied.url])
        expect(await server.run("pg_restore", ["--no-owner", "-d", url, ...args, archive])).toEqual({
          code: 0,
          stderr: "",
          stdout: "",
        });
      expect(await server.dump(pastUrl)).toBe(await server.dump(directUrl));
      expect(await server.dump(pastUrl)).toBe(await server.dump(source.directUrl));
      expect(outcomes(proxied.recorder).filter((line) => /denied|failed/.test(line))).toEqual([]);
    },
  );

  test("is denied owners, privileges and publications, and restores all else", async (context) => {
    const server = await programs(context);
    const source = await server.twins();
    await source.prepare(sampleDatabase + privilegesAndPublications);
    const archive = join(folder, "privileges");
    await server.run("pg_dump", ["-F", "custom", "-f", archive, source.directUrl]);
    const { pastUrl, proxied } = await server.twins();
    const { stderr } = await server.run("pg_restore", ["-d", proxied.url, archive]);
    const denied = [...stderr.matchAll(/Rule (?<rule>[\w:-]+),.*\nCommand was: (?<verb>[A-Z]+)/g)];
    expect(new Set(denied.map(({ groups }) => `${groups?.["rule"]} ${groups?.["verb"]}`))).toEqual(
      new Set([
        "builtin:privileges ALTER",
        "builtin:privileges GRANT",
        "builtin:replication ALTER",
        "builtin:replication CREATE",
      ]),
    );
    expect(stderr.match(/pg_restore: error/g)).toHaveLength(denied.length);
    const { proxied: another, pastUrl: anotherPast } = await server.twins();
    const withoutThem = ["--no-owner", "--no-privileges", "--no-publications", "-d", another.url, archive];
    expect(await server.run("pg_restore", withoutThem)).toEqual({ code: 0, stderr: "", stdout: "" });
    expect(await server.dump(anotherPast)).toBe(await server.dump(pastUrl));
  });
});

test("pg_restore sets owners and privileges where the rule of docs/programs.md allows it", async (context) => {
  const [, policy] = /```yaml\n(.*?)```/s.exec(readFileSync("docs/programs.md", "utf8")) ?? [];
  const server = await programs(context);
  const source = await server.twins();
  await source.prepare(sampleDatabase + privilegesAndPublications);
  const archive = join(folder, "owners");
  await server.run("pg_dump", ["-F", "custom", "-f", archive, source.directUrl]);
  const { directUrl, pastUrl, proxied } = await server.twins(policy);
  for (const url of [directUrl, proxied.url]) {
    const restored = await server.run("pg_restore", ["--no-publications", "-d", url, archive]);
    expect(restored).toEqual({ code: 0, stderr: "", stdout: "" });
  }
  expect(await server.dump(pastUrl)).toBe(await server.dump(directUrl));
});

test("pg_dump of large objects is refused, since it asks for them by messages that hide what they call", async (context) => {
  const server = await programs(context);
  const { prepare, proxied } = await server.twins();
  await prepare("SELECT lo_from_bytea(4711, 'large')");
  const all = await server.run("pg_dump", [proxied.url]);
  expect(all).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("function-call messages hide what they call"),
  });
  const without = await server.run("pg_dump", ["--no-blobs", proxied.url]);
  expect(without).toMatchObject({ code: 0, stderr: "" });
});

/** With --create, the databases are named. */
function comparable(dump: string): string {
  return withoutRestriction(dump).replaceAll(/\btwin_\w+/g, "twin");
}
