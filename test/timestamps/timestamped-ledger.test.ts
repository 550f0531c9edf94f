import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { expect, onTestFinished, type TestContext, test, vi } from "vitest";
import { Custody } from "../end-to-end/custody-process.ts";
import { LocalAuthority, serveAuthority } from "./authority.ts";

/** Several processes start in each of these. */
vi.setConfig({ testTimeout: 240_000 });

const read = (path: string) => readFileSync(path, "utf8");

/** Custody with a real authority, which its checkpoints have a timestamp of each second. */
async function timestamped(context: TestContext) {
  const authority = new LocalAuthority(context);
  const url = await serveAuthority(authority);
  const yaml = `timestamps: { authority: "${url}", roots: ./roots.pem, every: 1s }\n`;
  const custody = new Custody("postgres://nobody@127.0.0.1:1/none", yaml);
  onTestFinished(() => custody.remove());
  const roots = join(custody.directory, "roots.pem");
  writeFileSync(roots, authority.rootText);
  const folder = join(custody.data, "outside", "timestamp");
  const tokens = () => readdirSync(folder).filter((name) => name.endsWith(".tsr"));
  /** Until a checkpoint has a timestamp that covers all that is recorded by now, but for the records about that. */
  const stamped = async (): Promise<string> => {
    const { size } = JSON.parse((await custody.run("status", "--json")).stdout).ledger;
    return await vi.waitFor(
      () => {
        const name = tokens().find((each) => Number.parseInt(each, 10) >= size);
        expect(name).toBeDefined();
        return join(folder, name as string);
      },
      { interval: 200, timeout: 90_000 },
    );
  };
  const verify = async (...more: string[]) => {
    const { code, stdout } = await custody.run("verify", "--json", ...more);
    return { code, ...JSON.parse(stdout) };
  };
  return { authority, custody, folder, roots, stamped, tokens, url, verify };
}

test("checkpoints get timestamps, which verify, openssl and a receipt's check believe", async (context) => {
  const { authority, custody, roots, stamped, url, verify } = await timestamped(context);
  await custody.start();
  await custody.sessionUrl();
  const token = await stamped();
  const status = (await custody.run("status")).stdout;
  expect(status).toContain("tamper-detecting only: no copy of a checkpoint outside this machine");
  expect(status).toMatch(/timestamp http:\/\/127\.0\.0\.1:\d+\/: \d+ entries at /);
  expect((await custody.run("doctor")).stdout).toMatch(
    /^ok {6}witness .*timestamp http.* has the checkpoint of/m,
  );
  const [record] = await custody.records<AuditRecord>("--type", "checkpoint");
  expect(record).toMatchObject({ details: { kind: "timestamp", place: url }, type: "checkpoint.witnessed" });
  await custody.stop();

  expect(authority.accepts(readFileSync(`${token}.checkpoint`), readFileSync(token))).toBe(true);
  const report = await verify();
  expect(report).toMatchObject({ code: 0, findings: [], ok: true });
  expect(report.timestamps.length).toBeGreaterThan(0);
  expect(report.timestamps[0]).toMatchObject({
    accuracySeconds: null,
    authority: "CN=local authority",
    file: expect.stringMatching(/^outside\/timestamp\/\d+-[0-9a-f]{8}\.tsr$/),
    time: expect.stringMatching(/^20.*Z$/),
  });
  expect((await custody.run("verify")).stdout).toMatch(
    /^its first \d+ entries were there at 20.*, says CN=local/m,
  );

  const receipt = join(custody.directory, "receipt");
  const key = (await custody.run("keys", "verifier")).stdout.trim();
  expect((await custody.run("prove", "2", "--timestamped", "-o", receipt)).code).toBe(0);
  const check = (timestamp: string, by: string) =>
    custody.run("check", receipt, "--key", key, "--timestamp", timestamp, "--timestamps-roots", by, "--json");
  const checked = await check(`${receipt}.tsr`, roots);
  expect([checked.code, JSON.parse(checked.stdout)]).toMatchObject([
    0,
    { index: 2, ok: true, timestamp: { authority: "CN=local authority" } },
  ]);
  // Of the same ledger, and not of the receipt's checkpoint; and by somebody who is not trusted.
  const other = authority.write(
    "other.tsr",
    authority.reply(authority.query(Buffer.from("another message"))),
  );
  const wrong = await check(other, roots);
  expect([wrong.code, JSON.parse(wrong.stdout).code]).toEqual([1, "EVIDENCE_INVALID"]);
  const stranger = new LocalAuthority(context).root.certificate;
  const untrusted = await check(`${receipt}.tsr`, stranger);
  expect([untrusted.code, JSON.parse(untrusted.stdout).code]).toEqual([1, "EVIDENCE_UNTRUSTED"]);
  expect(await custody.run("check", receipt, "--key", key, "--timestamp", `${receipt}.tsr`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("(USAGE)"),
  });
});

test("a rewritten history, and a damaged or foreign timestamp, are found by verify", async (context) => {
  const { custody, folder, roots, stamped, tokens, verify } = await timestamped(context);
  await custody.start();
  await custody.stop();
  const before = join(custody.directory, "before");
  cpSync(custody.data, before, { recursive: true });
  await custody.start();
  await custody.sessionUrl();
  const told = await stamped();
  await custody.stop();
  const kept = join(custody.directory, "kept");
  cpSync(folder, kept, { recursive: true });

  // Somebody with every key goes on from the older state in another way, and signs that: all of it fits together.
  rmSync(custody.data, { recursive: true });
  cpSync(before, custody.data, { recursive: true });
  rmSync(join(custody.data, "outside"), { force: true, recursive: true });
  const quiet = join(custody.directory, "quiet.yaml");
  writeFileSync(quiet, read(join(custody.directory, "custody.yaml")).replace(/^timestamps:.*\n/m, ""));
  await custody.start("--config", quiet);
  for (let at = 0; at < 3; at += 1) await custody.sessionUrl();
  await custody.stop();
  expect(await verify()).toMatchObject({ ok: true, timestamps: [] });

  // What was signed with the time does not fit, whoever signs the ledger.
  cpSync(kept, folder, { recursive: true });
  const file = `outside/timestamp/${told.split("/").at(-1)}.checkpoint`;
  const found = await verify("--timestamps-roots", roots);
  expect(found.code).toBe(1);
  expect(found.findings).toContainEqual({
    code: expect.stringMatching(/^(CHECKPOINT_INVALID|TRUNCATED)$/),
    file,
    message: expect.stringMatching(/; and yet it was there at 20.*Z, says CN=local authority$/),
  });

  for (const name of readdirSync(folder))
    if (!name.startsWith(tokens()[0] as string)) rmSync(join(folder, name));
  const [name = ""] = tokens();
  const code = async () => (await verify()).findings.map((each: { code: string }) => each.code).at(-1);
  writeFileSync(
    join(folder, `${name}.checkpoint`),
    read(join(kept, `${name}.checkpoint`)).replace(/\d\n/, "7\n"),
  );
  expect(await code()).toBe("EVIDENCE_INVALID");
  writeFileSync(join(folder, name), readFileSync(join(kept, name)).subarray(0, 500));
  expect(await code()).toBe("EVIDENCE_MALFORMED");
  rmSync(join(folder, `${name}.checkpoint`));
  expect(await code()).toBe("EVIDENCE_INVALID");
  cpSync(kept, folder, { recursive: true });
  writeFileSync(roots, new LocalAuthority(context).rootText);
  expect(await code()).toBe("EVIDENCE_UNTRUSTED");
});
