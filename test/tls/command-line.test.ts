import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, type TestContext, test } from "vitest";
import { certificatePin } from "../../apps/cli/src/control/certificate-pin.ts";
import { ControlClient } from "../../apps/cli/src/control/control-client.ts";
import { writeServerFile } from "../../apps/cli/src/control/server-file.ts";
import { optional } from "../postgres/optional.ts";
import { Authority, type Issued } from "./certificates.ts";

/** How commands find out that they talk to the server, before they show it the token. */
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

let made: Authority | undefined;

function authority(context: Pick<TestContext, "skip">): Authority {
  made ??= new Authority(optional("openssl", context), "Test root");
  return made;
}
afterAll(() => made && rmSync(made.folder, { recursive: true }));

interface Served {
  readonly url: string;
  /** The Authorization headers that it was sent. */
  readonly tokens: string[];
}

async function serve({ certificate, key }: Issued, answer = '{"fine":true}', status = 200): Promise<Served> {
  const tokens: string[] = [];
  const files = { cert: readFileSync(certificate), key: readFileSync(key) };
  const server = createServer(files, (request, response) => {
    tokens.push(request.headers.authorization ?? "");
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      response.writeHead(status).end(body === "" ? answer : body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return { tokens, url: `https://127.0.0.1:${(server.address() as { port: number }).port}` };
}

/** A client that finds the server by `server.json`. */
function byFile(url: string, certificateSha256: string | undefined): ControlClient {
  const data = mkdtempSync(join(tmpdir(), "custody-data-"));
  closing.push(() => rmSync(data, { recursive: true }));
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "local.token"), `${"t".repeat(43)}\n`);
  writeServerFile(data, { pid: 1, url, ...(certificateSha256 === undefined ? {} : { certificateSha256 }) });
  return ControlClient.find({ variables: {}, version: "0", workingDirectory: data }, { data });
}

function byVariables(url: string, more: Record<string, string> = {}): ControlClient {
  const variables = { CUSTODY_TOKEN: "secret-token", CUSTODY_URL: url, ...more };
  return ControlClient.find({ variables, version: "0", workingDirectory: "/" }, {});
}

test("the certificate in server.json is trusted, whatever names it has, even out of date", async (context) => {
  const issuer = authority(context);
  for (const options of [{}, { days: -1 }, { names: "DNS:elsewhere.example" }]) {
    const issued = issuer.issue("any", options);
    const { url } = await serve(issued);
    const client = byFile(url, certificatePin(readFileSync(issued.certificate, "utf8")));
    expect(await client.request("GET", "/api/status")).toEqual({ fine: true });
    expect(await client.request("POST", "/api/sessions", { agent: "ä" })).toEqual({ agent: "ä" });
  }
});

test("another certificate is not, not even of the same authority, and gets no token", async (context) => {
  const issuer = authority(context);
  const names = "IP:127.0.0.1";
  const expected = readFileSync(issuer.issue("a", { names }).certificate, "utf8");
  const server = await serve(issuer.issue("a", { names }));
  await expect(byFile(server.url, certificatePin(expected)).request("GET", "/")).rejects.toMatchObject({
    code: "SERVER_UNTRUSTED",
    message: expect.stringContaining("server.json"),
  });
  expect(server.tokens).toEqual([]);
});

test("without a certificate in server.json, nothing but a known authority is trusted", async (context) => {
  const server = await serve(authority(context).issue("a", { names: "IP:127.0.0.1" }));
  await expect(byFile(server.url, undefined).request("GET", "/")).rejects.toMatchObject({
    code: "SERVER_UNTRUSTED",
  });
  expect(server.tokens).toEqual([]);
});

test("CUSTODY_CA names the authority for CUSTODY_URL, and the name must be right then", async (context) => {
  const issuer = authority(context);
  const right = await serve(issuer.issue("a", { names: "IP:127.0.0.1" }));
  const wrong = await serve(issuer.issue("a", { names: "DNS:elsewhere.example" }));
  const ca = { CUSTODY_CA: issuer.root };
  expect(await byVariables(right.url, ca).request("GET", "/")).toEqual({ fine: true });
  expect(right.tokens).toEqual(["Bearer secret-token"]);
  const refusals = [byVariables(wrong.url, ca), byVariables(right.url)];
  for (const client of refusals)
    await expect(client.request("GET", "/")).rejects.toMatchObject({
      code: "SERVER_UNTRUSTED",
      message: expect.stringContaining("CUSTODY_CA"),
    });
  expect([...wrong.tokens, ...right.tokens]).toHaveLength(1);
  expect(() => byVariables(right.url, { CUSTODY_CA: "/nowhere.pem" })).toThrow(/nowhere\.pem cannot be read/);
});

test("a refusal is told with its reason, and a server that is gone as one that does not answer", async (context) => {
  const issuer = authority(context);
  const issued = issuer.issue("a", { names: "IP:127.0.0.1" });
  const pin = certificatePin(readFileSync(issued.certificate, "utf8"));
  const refusing = await serve(issued, '{"error":{"code":"token-refused","message":"no"}}', 401);
  await expect(byFile(refusing.url, pin).request("GET", "/")).rejects.toMatchObject({
    code: "SERVER_REFUSED",
    message: expect.stringMatching(/^the server said no: no — .*local\.token.*is not its token/),
  });
  await expect(byVariables(refusing.url, { CUSTODY_CA: issuer.root }).request("GET", "/")).rejects.toThrow(
    "CUSTODY_TOKEN is not its token",
  );
  await expect(byFile("https://127.0.0.1:1", pin).request("GET", "/")).rejects.toMatchObject({
    code: "SERVER_UNREACHABLE",
  });
  expect(() => byVariables("ftp://x")).toThrow(expect.objectContaining({ code: "USAGE" }));
});
