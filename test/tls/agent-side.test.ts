import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer, connect as netConnect } from "node:net";
import { promisify } from "node:util";
import {
  encodeCancelRequest,
  encodeGssEncRequest,
  encodeSslRequest,
  encodeStartupMessage,
} from "@custody/wire/postgres";
import { Client } from "pg";
import postgres from "postgres";
import { describe, expect, type TestContext, test } from "vitest";
import { query, shown, WireClient } from "../capture/wire-client.ts";
import { optional } from "../postgres/optional.ts";
import { type Guarded, type TlsBench, useTls } from "./bench.ts";
import { openPlain, openTls, readToEnd } from "./tls-client.ts";

/** The leg between an agent and Custody. */
const run = promisify(execFile);
const bench = useTls();

async function guarded(context: Pick<TestContext, "skip">, ...more: readonly string[]) {
  const tls = await bench(context);
  const { agentSide, database } = tls;
  const paths = `cert: ${agentSide.certificate}, key: ${agentSide.key}`;
  const lines = [`tls: { ${[paths, ...more].join(", ")} }`];
  return { tls, ...(await tls.guard({ lines, upstream: database.url() })) };
}

const opened = ({ recorder }: Pick<Guarded, "recorder">) =>
  recorder.drafts
    .filter(({ type }) => type === "db.connection.opened")
    .map(({ details }) => details?.["tls"]);

const refused = ({ recorder }: Pick<Guarded, "recorder">) =>
  recorder.drafts
    .filter(({ type }) => type === "db.connection.refused")
    .map(({ details }) => details?.["code"]);

describe("psql", () => {
  async function psql(context: TestContext, url: string, parameters: string): Promise<string> {
    const args = ["-X", "-At", `${url}?${parameters}`, "-c", "SELECT 6 * 7"];
    const env = { ...process.env, LC_ALL: "C" };
    const { stdout, stderr } = await run(optional("psql", context), args, { env }).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    return (stdout || stderr).trim();
  }

  test.for<
    [parameters: string, more: (tls: TlsBench) => string, expected: string | RegExp, version?: string]
  >([
    ["sslmode=disable", () => "", "42", "none"],
    ["sslmode=allow", () => "", "42", "none"],
    ["sslmode=prefer", () => "", "42"],
    ["sslmode=require", () => "", "42"],
    ["sslmode=verify-full", ({ authority }) => `&sslrootcert=${authority.root}`, "42"],
    [
      "sslmode=verify-full&channel_binding=require",
      ({ authority }) => `&sslrootcert=${authority.root}`,
      "42",
    ],
    ["sslmode=require&channel_binding=disable", () => "", "42"],
    ["sslmode=require&ssl_max_protocol_version=TLSv1.2&channel_binding=require", () => "", "42", "TLSv1.2"],
    ["sslmode=verify-ca", ({ stranger }) => `&sslrootcert=${stranger.root}`, /certificate verify failed/],
    ["sslmode=disable&channel_binding=require", () => "", /channel binding/],
  ])("with %s", async ([parameters, more, expected, version = "TLSv1.3"], context) => {
    const custody = await guarded(context);
    const seen = await psql(context, custody.url, parameters + more(custody.tls));
    if (typeof expected !== "string") return expect(seen).toMatch(expected);
    expect(seen).toBe(expected);
    expect(opened(custody)).toEqual([version === "none" ? undefined : version]);
  });

  test("cancels over TLS", async (context) => {
    const custody = await guarded(context);
    const child = run(optional("psql", context), [
      "-X",
      `${custody.url}?sslmode=require`,
      "-c",
      "SELECT pg_sleep(20)",
    ]);
    await expect.poll(() => custody.recorder.types()).toContain("db.statement.requested");
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.child.kill("SIGINT");
    const { stderr } = await child.catch((error: { stderr: string }) => error);
    expect(stderr).toContain("canceling statement due to user request");
    expect(custody.recorder.types()).toContain("db.cancel.requested");
  });
});

describe("drivers", () => {
  test("node-postgres, with and without channel binding", async (context) => {
    const custody = await guarded(context);
    const ssl = { ca: custody.tls.authority.rootText, servername: "localhost" };
    for (const enableChannelBinding of [false, true]) {
      const client = new Client({ connectionString: custody.url, enableChannelBinding, ssl });
      await client.connect();
      expect((await client.query("SELECT 42 AS n")).rows).toEqual([{ n: 42 }]);
      await client.end();
    }
    const distrustful = new Client({ connectionString: custody.url, ssl: true });
    await expect(distrustful.connect()).rejects.toThrow(/certificate/);
  });

  test("postgres.js, and its requests to cancel", async (context) => {
    const custody = await guarded(context);
    const sql = postgres(custody.url, { max: 1, ssl: { ca: custody.tls.authority.rootText } });
    expect(await sql`SELECT 42 AS n`).toEqual([{ n: 42 }]);
    const pending = sql`SELECT pg_sleep(9)`;
    setTimeout(() => pending.cancel(), 50);
    await expect(pending).rejects.toMatchObject({ code: "57014" });
    await sql.end();
  });

  test("the address that a session gets where TLS is required, with a root behind it", async (context) => {
    const custody = await guarded(context, "required: true");
    const url = `${custody.url}?sslmode=require`;
    const root = `&sslrootcert=${custody.tls.authority.root}`;
    const client = new Client({ connectionString: url + root });
    await client.connect();
    await client.end();
    const sql = postgres(url, { max: 1 });
    expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
    await sql.end();
    const strict = `${url}&sslmode=verify-full${root}`;
    const { stdout } = await run(optional("psql", context), ["-X", "-At", strict, "-c", "SELECT 1"]);
    expect(stdout).toBe("1\n");
    expect(opened(custody)).toEqual(Array(3).fill("TLSv1.3"));
  });

  test("a client of direct TLS", async (context) => {
    const custody = await guarded(context);
    const client = new WireClient(await openTls(custody.port, { isDirect: true }));
    await client.signIn(custody.url);
    expect(await client.query("SELECT 42")).toContain("row 42");
    await client.close();
    expect(opened(custody)).toEqual(["TLSv1.3"]);
  });

  test("a request to cancel over TLS and in plain, where TLS is required", async (context) => {
    const custody = await guarded(context, "required: true");
    for (const open of [() => openTls(custody.port), () => openPlain(custody.port)]) {
      const client = new WireClient(await openTls(custody.port));
      await client.signIn(custody.url);
      client.send(query("SELECT pg_sleep(120)"));
      const { processId, secretKey } = client;
      const request = encodeCancelRequest({ type: "cancel-request", processId, secretKey });
      // One that comes before the statement has reached the server cancels nothing.
      const again = setInterval(() => void open().then((socket) => socket.write(request)), 200);
      const said = (await client.until("ready-for-query")).map(shown);
      clearInterval(again);
      expect(said).toContain("error ERROR 57014 canceling statement due to user request");
      await client.close();
    }
  });

  test("a query sent by a client that closes its own direction at once is still answered", async (context) => {
    const custody = await guarded(context);
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      const client = new WireClient(await openTls(custody.port, { maxVersion }));
      await client.signIn(custody.url);
      client.send(query("SELECT 42 FROM pg_sleep(0.2)"));
      client.socket.end();
      expect((await client.until("ready-for-query")).map(shown)).toContain("row 42");
    }
    await expect.poll(() => custody.gateway.connectionCount).toBe(0);
  });
});

describe("where TLS is required", () => {
  test("a plain client is told so, in its own words, and that is on record", async (context) => {
    const custody = await guarded(context, "required: true");
    const client = new Client({ connectionString: custody.url });
    await expect(client.connect()).rejects.toMatchObject({
      code: "28000",
      message: expect.stringMatching(/takes encrypted connections only: connect with sslmode=require/),
      severity: "FATAL",
    });
    await expect.poll(() => refused(custody)).toEqual(["TLS_REQUIRED"]);
  });

  test("psql with sslmode=allow tries again in TLS", async (context) => {
    const custody = await guarded(context, "required: true");
    const { stdout } = await run(optional("psql", context), [
      "-X",
      "-At",
      `${custody.url}?sslmode=allow`,
      "-c",
      "SELECT 1",
    ]);
    expect(stdout).toBe("1\n");
    expect(opened(custody)).toEqual(["TLSv1.3"]);
  });
});

describe("what is no handshake", () => {
  const startup = encodeStartupMessage({ type: "startup-message", minorVersion: 0, parameters: [] });

  test("bytes behind an SSLRequest end the connection before TLS begins", async (context) => {
    const custody = await guarded(context);
    for (const more of [startup, Buffer.from("x")]) {
      const socket = await openPlain(custody.port);
      socket.write(Buffer.concat([encodeSslRequest(), more]));
      const answer = (await readToEnd(socket)).toString("latin1");
      expect(answer[0]).toBe("E");
      expect(answer).toContain("before its answer");
    }
    await expect.poll(() => refused(custody)).toEqual(["PROTOCOL_VIOLATION", "PROTOCOL_VIOLATION"]);
  });

  test("plain bytes after the answer are never read as a message", async (context) => {
    const custody = await guarded(context);
    for (const more of [
      startup,
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      randomBytes(500),
      encodeSslRequest(),
    ]) {
      const socket = await openPlain(custody.port);
      socket.write(encodeSslRequest());
      await new Promise((resolve) => socket.once("data", resolve));
      socket.write(more);
      expect((await readToEnd(socket)).toString("latin1")).not.toContain("SCRAM");
    }
    await expect.poll(() => refused(custody)).toEqual(Array(4).fill("TLS_HANDSHAKE_FAILED"));
  });

  test("a request for encryption inside of TLS, of either kind", async (context) => {
    const custody = await guarded(context);
    for (const bytes of [encodeSslRequest(), encodeGssEncRequest(), Buffer.from([0x16, 3, 1, 0, 5])]) {
      const socket = await openTls(custody.port);
      socket.write(bytes);
      expect((await readToEnd(socket)).toString("latin1")).toContain("inside of TLS");
    }
  });

  test("GSSAPI is declined, and TLS may follow", async (context) => {
    const custody = await guarded(context);
    const socket = await openPlain(custody.port);
    socket.write(encodeGssEncRequest());
    expect(((await new Promise((resolve) => socket.once("data", resolve))) as Buffer).toString()).toBe("N");
    socket.write(encodeSslRequest());
    expect(((await new Promise((resolve) => socket.once("data", resolve))) as Buffer).toString()).toBe("S");
    socket.destroy();
  });

  test("direct TLS without the protocol's name, or with another one", async (context) => {
    const custody = await guarded(context);
    const nameless = await openTls(custody.port, { ALPNProtocols: [], isDirect: true });
    expect((await readToEnd(nameless)).toString("latin1")).toContain("ALPN");
    for (const isDirect of [true, false])
      await expect(openTls(custody.port, { ALPNProtocols: ["http/1.1"], isDirect })).rejects.toThrow(
        /alert|closed/i,
      );
    await expect.poll(() => refused(custody)).toEqual(Array(3).fill("TLS_HANDSHAKE_FAILED"));
  });

  test("versions before TLS 1.2", async (context) => {
    const custody = await guarded(context);
    const old = { ciphers: "DEFAULT@SECLEVEL=0", maxVersion: "TLSv1.1", minVersion: "TLSv1.1" } as const;
    await expect(openTls(custody.port, old)).rejects.toThrow();
  });

  test("a client that leaves at any point leaves nothing behind", async (context) => {
    const custody = await guarded(context);
    for (const isDirect of [true, false]) {
      const hello = await clientHello(custody.port, isDirect);
      for (const bytes of [1, 6, 100, hello.length]) {
        const socket = await openPlain(custody.port);
        if (!isDirect) {
          socket.write(encodeSslRequest());
          await new Promise((resolve) => socket.once("data", resolve));
        }
        socket.write(hello.subarray(0, bytes));
        await new Promise((resolve) => setTimeout(resolve, 5));
        socket.resetAndDestroy();
      }
    }
    await expect.poll(() => refused(custody).length).toBeGreaterThanOrEqual(7);
    const client = new WireClient(await openTls(custody.port));
    await client.signIn(custody.url);
    await client.close();
  });

  test("a record that was changed on the way ends the connection", async (context) => {
    const custody = await guarded(context);
    // What passes between the two; a byte of the client's is turned once it is told to.
    let isTurning = false;
    const relay = createServer((near) => {
      const far = netConnect(custody.port, "127.0.0.1");
      for (const socket of [near, far]) socket.on("error", () => {});
      far.pipe(near);
      near.on("data", (chunk: Buffer) => {
        if (isTurning) chunk[chunk.length - 1] = (chunk.at(-1) as number) ^ 1;
        far.write(chunk);
      });
      near.on("close", () => far.destroy());
      far.on("close", () => near.destroy());
    });
    await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
    const client = new WireClient(await openTls((relay.address() as { port: number }).port));
    await client.signIn(custody.url);
    isTurning = true;
    client.send(query("DROP TABLE IF EXISTS pg_class_copy"));
    await expect.poll(() => custody.gateway.connectionCount).toBe(0);
    client.socket.destroy();
    expect(custody.recorder.statements()).toEqual([]);
    relay.close();
  });

  /** The first bytes that a client of TLS sends. */
  async function clientHello(port: number, isDirect: boolean): Promise<Buffer> {
    let hello: Buffer = Buffer.alloc(0);
    const tap = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (first) => {
        if (isDirect) hello = first;
        else socket.once("data", (second) => (hello = second));
        socket.write("S");
        if (isDirect) socket.destroy();
        else socket.once("data", () => socket.destroy());
      });
    });
    await new Promise<void>((resolve) => tap.listen(0, "127.0.0.1", resolve));
    await openTls((tap.address() as { port: number }).port, { isDirect }).catch(() => {});
    tap.close();
    expect(port).not.toBe(0);
    return hello;
  }
});
