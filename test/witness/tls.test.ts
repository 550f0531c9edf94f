import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Custody } from "../end-to-end/custody-process.ts";
import { optional } from "../postgres/optional.ts";
import { Authority } from "../tls/certificates.ts";
import { WitnessProcess } from "./witness-process.ts";

test("a witness behind a certificate of one's own authority is trusted by that authority", async (context) => {
  const authority = new Authority(optional("openssl", context), "Our own root");
  const { certificate, key } = authority.issue("witness", { names: "DNS:localhost" });
  const witnesses = `witnesses: { policy: ./witnesses, every: 1s, ca: ${authority.root} }\n`;
  const custody = new Custody("postgres://nobody@127.0.0.1:1/none", witnesses);
  const configuration = readFileSync(join(custody.directory, "custody.yaml"), "utf8");
  const first = configuration.replace(witnesses, "");
  writeFileSync(join(custody.directory, "first.yaml"), first);
  await custody.start("--config", "first.yaml");
  await custody.stop();
  const witness = new WitnessProcess([(await custody.run("keys", "verifier")).stdout.trim()]);
  onTestFinished(async () => {
    await custody.remove();
    await witness.remove();
    rmSync(authority.folder, { recursive: true });
  });
  const ready = await witness.start("--tls-cert", certificate, "--tls-key", key);
  expect(ready.url).toMatch(/^https:/);
  const policy = (url: string) => `witness own ${ready.key} ${url}\nquorum own\n`;
  const file = join(custody.directory, "witnesses");

  writeFileSync(file, policy("http://10.1.2.3:7171"));
  expect(await custody.run("config", "check")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/witnesses: witness own: its URL is http:\/\/.*CONFIG_INVALID/),
  });

  writeFileSync(file, policy(ready.url.replace("127.0.0.1", "localhost")));
  const checked = await custody.run("config", "check", "--json");
  expect(JSON.parse(checked.stdout).witnesses).toEqual([
    { name: "own", url: expect.stringMatching(/^https:\/\/localhost:/) },
  ]);
  await custody.start();
  const witnessed = join(custody.data, "outside", "witnessed");
  for (const endMs = Date.now() + 60_000; !existsSync(witnessed) && Date.now() < endMs; ) await sleep(200);
  expect(readFileSync(witnessed, "utf8")).toContain(ready.key.split("+")[0]);
}, 240_000);
