import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect as netConnect, type Socket } from "node:net";
import { encodeSslRequest } from "@custody/wire/postgres";
import { Client } from "pg";
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { optional } from "../postgres/optional.ts";
import { sharedPostgres } from "../postgres/shared.ts";
import { type Guarded, startTlsPostgres, type TlsBench, useTls } from "./bench.ts";
import { Authority } from "./certificates.ts";

/** The leg between Custody and the database, in the modes of libpq. */
const bench = useTls();
const plainAgents = { lines: [] };

/** `encrypted` or `plain`, as the server saw the connection; else how the agent was refused. */
async function outcome({ url }: Pick<Guarded, "url">): Promise<string> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    return rows[0].ssl ? "encrypted" : "plain";
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code}: ${message}`;
  } finally {
    await client.end().catch(() => {});
  }
}

const refusedCode = ({ recorder }: Guarded) =>
  recorder.drafts
    .filter(({ type }) => type === "db.connection.refused")
    .map(({ details }) => details?.["code"]);

describe("sslmode", () => {
  const root = ({ authority }: TlsBench) => `&sslrootcert=${authority.root}`;
  const strange = ({ stranger }: TlsBench) => `&sslrootcert=${stranger.root}`;
  const none = () => "";

  test.for<[mode: string, more: (bench: TlsBench) => string, user: string, expected: string | RegExp]>([
    ["disable", none, "postgres", "plain"],
    ["allow", none, "postgres", "plain"],
    ["prefer", none, "postgres", "encrypted"],
    ["require", none, "postgres", "encrypted"],
    ["require", root, "postgres", "encrypted"],
    ["verify-ca", root, "postgres", "encrypted"],
    ["verify-full", root, "postgres", "encrypted"],
    // A user whom the server lets in on the other way only: allow and prefer try both, the others do not.
    ["disable", none, "tlsonly", /^08004: .*pg_hba\.conf rejects.*UPSTREAM_REFUSED/],
    ["allow", none, "tlsonly", "encrypted"],
    ["prefer", none, "plainonly", "plain"],
    ["require", none, "plainonly", /^08004: .*UPSTREAM_REFUSED/],
    ["verify-full", root, "plainonly", /^08004: .*UPSTREAM_REFUSED/],
    // libpq verifies as soon as there is something to verify with.
    ["require", strange, "postgres", /^08001: .*is not trusted \(.*sslrootcert \(UPSTREAM_UNVERIFIED\)$/],
    ["verify-ca", strange, "postgres", /^08001: .*UPSTREAM_UNVERIFIED/],
    ["verify-full", strange, "postgres", /^08001: .*UPSTREAM_UNVERIFIED/],
    // Custody does not go on in plain text with a server that has shown a certificate of somebody else.
    ["prefer", strange, "postgres", /^08001: .*UPSTREAM_UNVERIFIED/],
  ])("%s %s, user %s: %s", async ([mode, more, user, expected], context) => {
    const tls = await bench(context);
    const upstream = tls.upstream(`sslmode=${mode}${more(tls)}`, user);
    const guarded = await tls.guard({ ...plainAgents, upstream });
    const seen = await outcome(guarded);
    if (typeof expected === "string") expect(seen).toBe(expected);
    else expect(seen).toMatch(expected);
    expect(JSON.stringify(guarded.recorder.drafts)).not.toContain(`:${tls.database.password}@`);
    if (seen === "encrypted") {
      const opened = guarded.recorder.drafts.find(({ type }) => type === "db.connection.opened");
      expect(opened?.details).toMatchObject({ upstreamTls: "TLSv1.3" });
    } else if (seen !== "plain") await expect.poll(() => refusedCode(guarded)).toHaveLength(1);
  });

  test.for<[mode: string, expected: string | RegExp]>([
    ["disable", "plain"],
    ["allow", "plain"],
    ["prefer", "plain"],
    [
      "require",
      /^08001: .*the server does not offer it, and the URL says sslmode=require \(UPSTREAM_TLS_FAILED\)$/,
    ],
    ["verify-full&sslrootcert=system", /^08001: .*UPSTREAM_TLS_FAILED/],
  ])("a server without TLS, and %s: %s", async ([mode, expected], context) => {
    const tls = await bench(context);
    const guarded = await tls.guard({
      ...plainAgents,
      upstream: `${sharedPostgres().url()}?sslmode=${mode}`,
    });
    const seen = await outcome(guarded);
    if (typeof expected === "string") return expect(seen).toBe(expected);
    expect(seen).toMatch(expected);
    await expect.poll(() => refusedCode(guarded)).toEqual(["UPSTREAM_TLS_FAILED"]);
  });
});

describe("the certificate", () => {
  test("must be for the host with verify-full, and only with that", async (context) => {
    const tls = await bench(context);
    const other = await startTlsPostgres(
      tls.authority,
      tls.authority.issue("x", { names: "DNS:db.example" }),
    );
    try {
      const url = (mode: string, host = "127.0.0.1") =>
        `postgres://postgres:${other.password}@${host}:${other.port}/postgres?sslmode=${mode}&sslrootcert=${tls.authority.root}`;
      const seen = async (upstream: string) => outcome(await tls.guard({ ...plainAgents, upstream }));
      expect(await seen(url("verify-ca"))).toBe("encrypted");
      for (const host of ["127.0.0.1", "localhost"]) {
        const refusal = await seen(url("verify-full", host));
        expect(refusal).toMatch(
          /^08001: the certificate of the database at .* is for another host: connect by a/,
        );
      }
    } finally {
      await other.stop();
    }
  });

  test("may be for a name or for an address", async (context) => {
    const tls = await bench(context);
    for (const host of ["localhost", "127.0.0.1"]) {
      const upstream = tls.upstream(
        `sslmode=verify-full&sslrootcert=${tls.authority.root}`,
        "postgres",
        host,
      );
      expect(await outcome(await tls.guard({ ...plainAgents, upstream }))).toBe("encrypted");
    }
  });

  test("that has expired is refused, and the error says so", async (context) => {
    const tls = await bench(context);
    const names = "IP:127.0.0.1";
    const other = await startTlsPostgres(tls.authority, tls.authority.issue("old", { days: -1, names }));
    try {
      const parameters = `sslmode=verify-full&sslrootcert=${tls.authority.root}`;
      const upstream = `postgres://postgres:${other.password}@127.0.0.1:${other.port}/postgres?${parameters}`;
      const guarded = await tls.guard({ ...plainAgents, upstream });
      expect(await outcome(guarded)).toMatch(/has expired: renew it on the server/);
    } finally {
      await other.stop();
    }
  });

  test("of a public authority is what system means", async (context) => {
    const tls = await bench(context);
    const upstream = tls.upstream("sslrootcert=system");
    const guarded = await tls.guard({ ...plainAgents, upstream });
    expect(await outcome(guarded)).toMatch(/is not trusted .*UPSTREAM_UNVERIFIED/);
  });

  test("of Custody itself signs in without a password", async (context) => {
    const tls = await bench(context);
    const own = tls.authority.issue("certified");
    const upstream = tls
      .upstream(`sslmode=require&sslcert=${own.certificate}&sslkey=${own.key}`, "certified")
      .replace(/:[^:@/]*@/, "@");
    expect(await outcome(await tls.guard({ ...plainAgents, upstream }))).toBe("encrypted");
    const foreign = tls.stranger.issue("certified");
    const wrong = tls.upstream(
      `sslmode=require&sslcert=${foreign.certificate}&sslkey=${foreign.key}`,
      "certified",
    );
    const guarded = await tls.guard({ ...plainAgents, upstream: wrong });
    expect(await outcome(guarded)).toMatch(/^080\d\d: /);
  });
});

describe("direct TLS", () => {
  test("reaches a server that speaks it", async (context) => {
    const tls = await bench(context);
    const parameters = `sslmode=verify-full&sslnegotiation=direct&sslrootcert=${tls.authority.root}`;
    const guarded = await tls.guard({ ...plainAgents, upstream: tls.upstream(parameters) });
    expect(await outcome(guarded)).toBe("encrypted");
  });

  test("is refused by a server without TLS", async (context) => {
    const tls = await bench(context);
    const upstream = `${sharedPostgres().url()}?sslmode=require&sslnegotiation=direct`;
    expect(await outcome(await tls.guard({ ...plainAgents, upstream }))).toMatch(/UPSTREAM_TLS_FAILED/);
  });
});

describe("channel binding", () => {
  test.for(["prefer", "require", "disable"])("%s signs in", async (binding, context) => {
    const tls = await bench(context);
    const upstream = tls.upstream(`sslmode=require&channel_binding=${binding}`);
    expect(await outcome(await tls.guard({ ...plainAgents, upstream }))).toBe("encrypted");
  });

  test("required is refused where there is no TLS to bind to", async (context) => {
    await bench(context);
    const tls = await bench(context);
    const upstream = `${sharedPostgres().url()}?channel_binding=require`;
    expect(await outcome(await tls.guard({ ...plainAgents, upstream }))).toMatch(/channel_binding=require/);
  });

  const pss = ["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"];

  test.for<[string, { key: readonly string[]; signing?: readonly string[] }, binding: string]>([
    ["RSA and SHA-256", { key: ["-newkey", "rsa:2048"] }, "require"],
    ["RSA and SHA-1", { key: ["-newkey", "rsa:2048"], signing: ["-sha1"] }, "require"],
    ["RSA and SHA-384", { key: ["-newkey", "rsa:2048"], signing: ["-sha384"] }, "require"],
    ["RSASSA-PSS and SHA-512", { key: pss, signing: ["-sha512"] }, "require"],
    [
      "ECDSA and SHA-512",
      { key: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"], signing: ["-sha512"] },
      "require",
    ],
    ["Ed25519, which has none", { key: ["-newkey", "ed25519"] }, "prefer"],
  ])("fits a certificate signed with %s", async ([, { key, signing = [] }, binding], context) => {
    const tls = await bench(context);
    const signer = new Authority(optional("openssl", context), "Signer", key);
    const database = await startTlsPostgres(signer, signer.issue("db", { signing }));
    try {
      const upstream = `${database.url()}?sslmode=require&channel_binding=${binding}`;
      expect(await outcome(await tls.guard({ ...plainAgents, upstream }))).toBe("encrypted");
    } finally {
      await database.stop();
      rmSync(signer.folder, { recursive: true });
    }
  });
});

describe("a server that is none", () => {
  async function listening(serve: (socket: Socket) => void) {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    return { close: () => server.close(), url: `postgres://a:hunter2@127.0.0.1:${port}/d?sslmode=require` };
  }

  test.for<[string, (socket: Socket) => void]>([
    ["bytes behind its answer", (socket) => socket.once("data", () => socket.write("SR\0\0\0"))],
    ["an answer that is none", (socket) => socket.once("data", () => socket.write("X"))],
    ["an error", (socket) => socket.once("data", () => socket.end("E\0\0\0\x09Mno\0\0"))],
    ["no answer", (socket) => socket.once("data", () => socket.end())],
    [
      "bytes instead of a handshake",
      (socket) =>
        socket.once(
          "data",
          () => socket.write("S") && socket.once("data", () => socket.write("HTTP/1.1 400\r\n\r\n")),
        ),
    ],
    [
      "an end instead of a handshake",
      (socket) => socket.once("data", () => socket.write("S") && socket.once("data", () => socket.destroy())),
    ],
  ])("is refused and recorded: %s", async ([, serve], context) => {
    const tls = await bench(context);
    const server = await listening(serve);
    const guarded = await tls.guard({ ...plainAgents, upstream: server.url });
    const seen = await outcome(guarded);
    expect(seen).toMatch(/^08001: no TLS with the database at .*UPSTREAM_TLS_FAILED/);
    await expect.poll(() => refusedCode(guarded)).toEqual(["UPSTREAM_TLS_FAILED"]);
    expect(seen + JSON.stringify(guarded.recorder.drafts)).not.toContain("hunter2");
    server.close();
  });
});

describe("what stands between Custody and the database", () => {
  /** Leads to the database, and shows each connection's first bytes to `look`, which may answer in its place. */
  async function between(to: number, look: (first: Buffer, near: Socket) => boolean) {
    const server = createServer((near) => {
      const far = netConnect(to, "127.0.0.1");
      for (const socket of [near, far]) socket.on("error", () => {});
      near.on("close", () => far.destroy());
      far.on("close", () => near.destroy());
      near.once("data", (first) => {
        if (!look(first, near)) return;
        far.write(first);
        near.pipe(far);
        far.pipe(near);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { close: () => server.close(), port: (server.address() as { port: number }).port };
  }

  const isSslRequest = (first: Buffer) => first.equals(encodeSslRequest());

  test("a handshake that fails: prefer goes on in plain, require does not", async (context) => {
    const tls = await bench(context);
    const { close, port } = await between(tls.database.port, (first, near) => {
      if (isSslRequest(first)) near.write("S") && near.once("data", () => near.end("garbage"));
      return !isSslRequest(first);
    });
    for (const [mode, expected] of [
      ["prefer", /^plain$/],
      ["require", /UPSTREAM_TLS_FAILED/],
    ] as const) {
      const upstream = tls.upstream(`sslmode=${mode}`).replace(`:${tls.database.port}`, `:${port}`);
      expect(await outcome(await tls.guard({ ...plainAgents, upstream }))).toMatch(expected);
    }
    close();
  });

  test("a request to cancel is encrypted like its connection", async (context) => {
    const tls = await bench(context);
    const seen: boolean[] = [];
    const { close, port } = await between(tls.database.port, (first) => {
      seen.push(isSslRequest(first));
      return true;
    });
    const upstream = tls.upstream("sslmode=require").replace(`:${tls.database.port}`, `:${port}`);
    const guarded = await tls.guard({ ...plainAgents, upstream });
    const sql = postgres(guarded.url, { max: 1 });
    await sql`SELECT 1`;
    const pending = sql`SELECT pg_sleep(9)`;
    setTimeout(() => pending.cancel(), 100);
    await expect(pending).rejects.toMatchObject({ code: "57014" });
    await sql.end();
    // The agent's, the one that asks the catalogue, and the request.
    expect(seen).toEqual([true, true, true]);
    close();
  });

  test("a root that was named is not given up by a handshake that fails: it is refused", async (context) => {
    const tls = await bench(context);
    const { close, port } = await between(tls.database.port, (first, near) => {
      if (isSslRequest(first)) near.end("N");
      return !isSslRequest(first);
    });
    const parameters = `sslmode=verify-full&sslrootcert=${tls.authority.root}`;
    const upstream = tls.upstream(parameters).replace(`:${tls.database.port}`, `:${port}`);
    expect(await outcome(await tls.guard({ ...plainAgents, upstream }))).toMatch(/does not offer it/);
    close();
  });
});

describe("the configuration", () => {
  test.for<[string, (bench: TlsBench) => string, RegExp]>([
    [
      "a root that is not there",
      () => "sslmode=verify-full&sslrootcert=/nowhere.pem",
      /nowhere\.pem is not there/,
    ],
    [
      "a root that is a key",
      ({ agentSide }) => `sslmode=require&sslrootcert=${agentSide.key}`,
      /no certificate/,
    ],
    ["verify-full without a root", () => "sslmode=verify-full", /needs sslrootcert/],
    ["a weak mode with system", () => "sslmode=require&sslrootcert=system", /needs sslmode=verify-full/],
    ["direct without require", () => "sslnegotiation=direct", /sslmode=require or stricter/],
    ["a certificate without key", () => "sslcert=/a", /both or none/],
    ["a mode there is none of", () => "sslmode=on", /sslmode is one of/],
    [
      "the key of another",
      ({ agentSide, stranger }) => `sslcert=${agentSide.certificate}&sslkey=${stranger.issue("x").key}`,
      /is not the one of/,
    ],
  ])("%s is refused before anything listens", async ([, parameters, message], context) => {
    const tls = await bench(context);
    const guarding = tls.guard({ ...plainAgents, upstream: tls.upstream(parameters(tls)) });
    await expect(guarding).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringMatching(message),
    });
  });

  test("a database on another machine that is not verified is warned about", async (context) => {
    const tls = await bench(context);
    const warned = async (host: string, parameters: string) =>
      (await tls.guard({ ...plainAgents, upstream: `postgres://a@${host}/d?${parameters}` })).warnings;
    expect(await warned("db.example", "sslmode=disable")).toEqual([
      expect.stringMatching(/plain text.*verify-full/),
    ]);
    expect(await warned("db.example", "")).toEqual([
      expect.stringMatching(/pass for the database.*sslmode=prefer/),
    ]);
    expect(await warned("db.example", "sslrootcert=system")).toEqual([]);
    expect(await warned("localhost", "sslmode=disable")).toEqual([]);
  });

  test("a bundle of many roots is read whole", async (context) => {
    const tls = await bench(context);
    const bundle = `${tls.authority.folder}/bundle.pem`;
    writeFileSync(bundle, `# comment\n${tls.stranger.rootText}\n${readFileSync(tls.authority.root, "utf8")}`);
    const upstream = tls.upstream(`sslmode=verify-full&sslrootcert=${bundle}`);
    expect(await outcome(await tls.guard({ ...plainAgents, upstream }))).toBe("encrypted");
  });
});
