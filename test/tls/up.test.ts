import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, expect, type TestContext, test } from "vitest";
import { Custody } from "../end-to-end/custody-process.ts";
import { optional } from "../postgres/optional.ts";
import { sharedPostgres } from "../postgres/shared.ts";
import { Authority } from "./certificates.ts";
import { openTls } from "./tls-client.ts";

/** The whole command with TLS: how it is configured, and how its parts find each other. */
let made: Authority | undefined;
afterAll(() => made && rmSync(made.folder, { recursive: true }));

function files(context: Pick<TestContext, "skip">) {
  made ??= new Authority(optional("openssl", context), "Test root");
  const { certificate, key } = made.issue("custody.test", { names: "DNS:localhost,IP:127.0.0.1" });
  return { authority: made, certificate, key, paths: `cert: ${certificate}, key: ${key}` };
}

test("commands find the server and trust its certificate; an agent's address says that TLS is required", async (context) => {
  const { authority, paths } = files(context);
  const target = "name: secure, kind: postgres, listen: '127.0.0.1:0', environment: development";
  const secure = `  - { ${target}, upstream: { env: SHOP_DATABASE_URL }, tls: { ${paths}, required: true } }`;
  const custody = new Custody(
    sharedPostgres().url(),
    `${secure}\ntls: { ${paths} }\npublicUrl: https://custody.example\n`,
  );
  try {
    const { server } = await custody.start();
    expect(server).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const status = await custody.run("status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject({ targets: [{ name: "shop" }, { name: "secure" }] });
    const made = await custody.run("session", "new", "--agent", "tester", "--json");
    const { targets } = JSON.parse(made.stdout) as { targets: Record<string, { url: string }> };
    expect(targets["shop"]?.url).toMatch(/\/postgres$/);
    const url = targets["secure"]?.url ?? "";
    expect(url).toMatch(/\/postgres\?sslmode=require$/);
    const client = new Client({ connectionString: url.split("?")[0], ssl: { ca: authority.rootText } });
    await client.connect();
    expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await client.end();
    const [opened] = await custody.records<{ details: object }>("--type", "db.connection.opened");
    expect(opened?.details).toMatchObject({ tls: "TLSv1.3" });

    expect(await statusFor(server, "custody.example", authority.rootText)).toBe(200);
    expect(await statusFor(server, "elsewhere.example", authority.rootText)).toBe(421);

    // Whoever answers with another certificate gets nothing.
    const file = join(custody.data, "server.json");
    const found = JSON.parse(readFileSync(file, "utf8")) as object;
    writeFileSync(file, JSON.stringify({ ...found, certificateSha256: "0".repeat(64) }));
    const distrusted = await custody.run("status");
    expect(distrusted.code).toBe(2);
    expect(distrusted.stderr).toMatch(/is not trusted .*\(SERVER_UNTRUSTED\)/);
  } finally {
    await custody.remove();
  }
});

/** What a request is answered that reaches Custody under this name. */
function statusFor(server: string, host: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server}/healthz`, { ca, headers: { host }, servername: "localhost" });
    asked.on("error", reject).on("response", (response) => resolve(response.resume().statusCode));
    asked.end();
  });
}

test("it does not listen beyond the machine without TLS, unless it is told to", async (context) => {
  const { paths } = files(context);
  const custody = new Custody(sharedPostgres().url(), "");
  try {
    const refused = await custody.run("up", "--listen", "0.0.0.0:0");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(
      /listen: other machines reach 0\.0\.0\.0:0.*allowPlaintext: true.*\(CONFIG_INVALID\)/,
    );
  } finally {
    await custody.remove();
  }
  const broken = new Custody(sharedPostgres().url(), `tls: { ${paths.replace(".key", ".pem")} }\n`);
  try {
    const refused = await broken.run("up");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/tls\.key: .* holds no key .*\(CONFIG_INVALID\)/);
  } finally {
    await broken.remove();
  }
});

test("a certificate that was renewed is served after a reload", async (context) => {
  const { authority, certificate, key, paths } = files(context);
  const target = "name: secure, kind: postgres, listen: '127.0.0.1:0', environment: development";
  const secure = `  - { ${target}, upstream: { env: SHOP_DATABASE_URL }, tls: { ${paths} } }\n`;
  const custody = new Custody(sharedPostgres().url(), secure);
  try {
    const { targets } = await custody.start();
    const port = Number(targets.find(({ name }) => name === "secure")?.listen.split(":")[1]);
    const shown = async () => {
      const socket = await openTls(port);
      const serial = socket.getPeerCertificate().serialNumber;
      socket.destroy();
      return serial;
    };
    const before = await shown();
    const renewed = authority.issue("custody.test", { names: "IP:127.0.0.1" });
    copyFileSync(renewed.certificate, certificate);
    copyFileSync(renewed.key, key);
    expect(await custody.run("config", "reload")).toMatchObject({ code: 0 });
    expect(await shown()).not.toBe(before);
  } finally {
    await custody.remove();
  }
});
