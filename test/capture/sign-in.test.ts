import { randomBytes } from "node:crypto";
import { connect as netConnect } from "node:net";
import { encodeSslRequest, encodeStartupMessage } from "@custody/wire/postgres";
import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { query, shown, sync, WireClient } from "./wire-client.ts";

const proxied = useProxy("CREATE TABLE t (id int)");

/** What a client is told that signs in with this URL: the error in one line, or `ready`. */
async function signIn(url: string, settings: Readonly<Record<string, string>> = {}): Promise<string> {
  const client = await WireClient.open(url);
  try {
    await client.signIn(url, { settings });
    await client.close();
    return "ready";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function changed(url: string, part: "username" | "password" | "pathname", value: string): string {
  const other = new URL(url);
  other[part] = value;
  return other.href;
}

/** The bytes that come back for these, up to the end of the connection. */
async function answerTo(...pieces: readonly Buffer[]): Promise<Buffer> {
  const socket = netConnect({ host: "127.0.0.1", port: proxied.port });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", () => {});
  socket.end(Buffer.concat(pieces));
  await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(chunks);
}

async function refusals() {
  // The record follows the refusal.
  await new Promise((resolve) => setTimeout(resolve, 10));
  return proxied.recorder.drafts.map(({ type, details }) => [type, details?.["code"]]);
}

describe("who may not come in", () => {
  test("a wrong token, an unknown session, an empty one: all are told the same", async () => {
    const wrong = await signIn(changed(proxied.url, "password", "wrong"));
    expect(wrong).toMatch(/^error FATAL 28P01 password authentication failed for session [-0-9a-f]+/);
    const id = "00000000-0000-4000-8000-000000000000";
    expect(await signIn(changed(proxied.url, "username", id))).toBe(
      wrong.replace(new URL(proxied.url).username, id),
    );
    expect(await signIn(changed(proxied.url, "username", "x%27%0A"))).toContain("(not a session id)");
    expect(await refusals()).toEqual(Array(3).fill(["db.connection.refused", "SIGN_IN_REFUSED"]));
  });

  test("a session that has expired", async () => {
    const other = await proxied.another({ expiresAtUs: Date.now() * 1000 - 1 });
    expect(await signIn(other.url)).toMatch(/^error FATAL 28P01 session .* has expired: make a new one/);
  });

  test("a right token in the wrong place is told as little as a wrong one, and the record knows better", async () => {
    const project = { actor: {}, id: "00000000-0000-0000-0000-000000000000", project: "another" };
    const elsewhere = await proxied.another({ defaultSession: project });
    const late = await proxied.another({ expiresAtUs: Date.now() * 1000 - 1 });
    const session = new URL(elsewhere.url).username;
    expect(await signIn(elsewhere.url)).toBe(
      `error FATAL 28P01 password authentication failed for session ${session} (SIGN_IN_REFUSED)`,
    );
    expect(await signIn(changed(elsewhere.url, "password", "wrong"))).toBe(await signIn(elsewhere.url));
    await signIn(late.url);
    await signIn(changed(proxied.url, "pathname", "/postgres"));
    await refusals();
    const reasonOf = ({ recorder }: Pick<typeof proxied, "recorder">) =>
      recorder.drafts.map(({ details }) => details?.["reason"]);
    expect(reasonOf(elsewhere)).toEqual(["another-project", undefined, "another-project"]);
    expect(elsewhere.recorder.drafts[0]?.details?.["session"]).toBe(session);
    expect(reasonOf(late)).toEqual(["expired"]);
    expect(reasonOf(proxied)).toEqual(["another-database"]);
  });

  test("the database's own user and password", async () => {
    const url = new URL(proxied.directUrl);
    url.port = String(proxied.port);
    expect(await signIn(url.href)).toMatch(/^error FATAL 28P01/);
  });

  test("who asks for another database, or for replication", async () => {
    expect(await signIn(changed(proxied.url, "pathname", "/postgres"))).toMatch(
      /^error FATAL 28P01 this target is the database/,
    );
    for (const replication of ["database", "true", "on", "1", "YES"]) {
      expect(await signIn(proxied.url, { replication })).toMatch(/^error FATAL 28P01 replication/);
    }
    expect(await signIn(proxied.url, { replication: "off" })).toBe("ready");
  });

  test("anybody, when the database is down, or does not let Custody in", async () => {
    const { hostname, port, username, pathname } = new URL(proxied.directUrl);
    const upstream = { host: hostname, port: Number(port), database: pathname.slice(1), user: username };
    const wrong = await proxied.another({ upstream: { ...upstream, password: "wrong" } });
    expect(await signIn(wrong.url)).toMatch(
      /^error FATAL 08004 the database did not let Custody in: .*28P01/,
    );
    const none = await proxied.another({ upstream: { ...upstream, password: undefined } });
    expect(await signIn(none.url)).toMatch(/^error FATAL 08004 .*has none/);
    const down = await proxied.another({ connect: () => Promise.reject(new Error("ECONNREFUSED")) });
    expect(await signIn(down.url)).toMatch(/^error FATAL 08001 .*cannot be reached: ECONNREFUSED/);
    expect(down.recorder.types()).toContain("db.connection.refused");
  });
});

describe("bytes that are no PostgreSQL", () => {
  const ssl = encodeSslRequest();

  test.each<[string, readonly Buffer[], RegExp]>([
    ["a TLS ClientHello", [Buffer.from([0x16, 3, 1, 2, 0, 1, 0])], /08P01.*TLS is not served here/],
    ["a request of the web", [Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")], /08P01/],
    ["zeros", [Buffer.alloc(64)], /08P01/],
    ["noise", [Buffer.concat([Buffer.from([0, 0, 0, 16]), randomBytes(12)])], /08P01/],
    ["a startup packet that is too long", [Buffer.from([0, 0, 0x40, 0, 0, 3, 0, 0])], /08P01/],
    [
      "bytes behind a request for encryption",
      [Buffer.concat([ssl, Buffer.from("x")])],
      /08P01.*before its answer/,
    ],
    [
      "a startup message behind a request for encryption",
      [
        Buffer.concat([
          ssl,
          encodeStartupMessage({ type: "startup-message", minorVersion: 0, parameters: [] }),
        ]),
      ],
      /08P01.*before its answer/,
    ],
  ])("end the connection: %s", async (_name, pieces, expected) => {
    const answer = await answerTo(...pieces);
    expect(answer.toString("latin1")).toMatch(expected);
    expect(await refusals()).toHaveLength(1);
  });

  test("a request for encryption is declined with one byte", async () => {
    const client = new Client({ connectionString: proxied.url, ssl: { rejectUnauthorized: false } });
    await expect(client.connect()).rejects.toThrow("The server does not support SSL connections");
    expect((await answerTo(ssl)).toString()).toBe("N");
  });

  test("garbage after signing in ends the connection, and is on record", async () => {
    const client = await proxied.connect();
    client.sendBytes(Buffer.from("!!!!!!!!"));
    expect((await client.until("ready-for-query")).map(shown)).toEqual([
      expect.stringMatching(/^error FATAL 08P01/),
    ]);
    await proxied.settled();
    expect(proxied.recorder.types()).toEqual([
      "db.connection.opened",
      "db.connection.failed",
      "db.connection.closed",
    ]);
  });

  test("a message cut short in its body ends the connection, and nothing of it is forwarded", async () => {
    const client = await proxied.connect();
    client.sendBytes(Buffer.from([0x42, 0, 0, 0, 6, 0, 0])); // Bind without its counts
    client.send(sync);
    expect((await client.until("ready-for-query")).map(shown)).toEqual([
      expect.stringMatching(/^error FATAL 08P01/),
    ]);
  });
});

describe("signing in", () => {
  test("passes the client's settings on, and the server's back", async () => {
    const settings = { application_name: "shop agent", TimeZone: "Asia/Tokyo", options: "-c work_mem=3MB" };
    const client = await proxied.connect({ settings });
    expect(await client.query("SHOW application_name")).toContain("row shop agent");
    expect(await client.query("SHOW TimeZone")).toContain("row Asia/Tokyo");
    expect(await client.query("SHOW work_mem")).toContain("row 3MB");
    expect(proxied.recorder.drafts[0]).toMatchObject({
      type: "db.connection.opened",
      details: { application: "shop agent" },
    });
  });

  test("shows the same settings as the server itself", async () => {
    const lines: string[][] = [];
    for (const url of [proxied.directUrl, proxied.url]) {
      const client = await WireClient.open(url);
      const seen: string[] = [];
      const receive = client.receive.bind(client);
      client.receive = async () => {
        const message = await receive();
        if (message?.type === "parameter-status") seen.push(shown(message));
        return message;
      };
      await client.signIn(url);
      await client.close();
      lines.push(seen.filter((line) => !line.includes("session_authorization")));
    }
    expect(lines[1]).toEqual(lines[0]);
    expect(lines[0]?.length).toBeGreaterThan(8);
  });

  test.each([0, 2, 9])("speaks protocol 3.%i as far as it can", async (minorVersion) => {
    const client = await proxied.connect({ minorVersion, settings: { "_pq_.extension": "on" } });
    expect(client.secretKey).toHaveLength(minorVersion >= 2 ? 32 : 4);
    expect(await client.query("SELECT 1")).toContain("row 1");
  });

  test("a client that leaves at any point of it leaves nothing behind", async () => {
    for (const after of [1, 2, 3]) {
      const client = await WireClient.open(proxied.url);
      let sent = 0;
      const send = client.sendBytes.bind(client);
      client.sendBytes = (bytes) => {
        send(bytes);
        sent += 1;
        if (sent === after) setImmediate(() => client.socket.resetAndDestroy());
      };
      await client.signIn(proxied.url).catch(() => {});
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    await proxied.settled();
    const activity =
      "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    await expect.poll(() => proxied.truth(activity)).toEqual([[0]]);
  });
});

test("a query sent by a client that closes its own direction at once is still answered", async () => {
  const client = await proxied.connect();
  client.send(query("SELECT 42"));
  client.socket.end();
  expect((await client.until("ready-for-query")).map(shown)).toContain("row 42");
});
