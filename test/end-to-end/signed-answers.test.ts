import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import type { HoldListing } from "@custody/server";
import { approvalChallenge, decodeBase64 } from "@custody/signatures";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { SoftwareAuthenticator } from "../webauthn/software-authenticator.ts";
import { Custody } from "./custody-process.ts";
import { addPerson, logIn, makeOwner } from "./people.ts";

/** Each starts several processes. */
const timeout = 600_000;

const policy = `version: 1
rules:
  - name: two-keys
    match: { verb: TRUNCATE }
    effect: approve
    approval: { passkey: true }
  - name: one-key
    match: { verb: DROP TABLE }
    effect: approve
`;

let database: Awaited<ReturnType<typeof createDatabase>>;
let custody: Custody;
let server: string;
const clients: Client[] = [];

beforeEach(async () => {
  database = await createDatabase();
  custody = new Custody(database.url, "policy: ./policy.yaml\n");
  writeFileSync(join(custody.directory, "policy.yaml"), policy);
  ({ server } = await custody.start());
  await makeOwner(custody, server);
  const agent = await connected();
  await agent.query("CREATE TABLE people (id int PRIMARY KEY)");
}, timeout);

afterEach(async () => {
  for (const client of clients.splice(0)) await client.end().catch(() => {});
  await custody.remove();
  await database.drop();
});

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: await custody.sessionUrl() });
  client.on("error", () => {});
  await client.connect();
  clients.push(client);
  return client;
}

async function ok(...parameters: string[]): Promise<string> {
  const { code, stderr, stdout } = await custody.run(...parameters);
  if (code !== 0) throw new Error(`custody ${parameters.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

async function waiting(): Promise<HoldListing> {
  for (;;) {
    const [line] = (await ok("holds", "--json")).split("\n").filter(Boolean);
    if (line !== undefined) return JSON.parse(line) as HoldListing;
  }
}

/** As whoever is signed in on this command line. */
async function post<Answer>(path: string, body: object = {}): Promise<{ json: Answer; status: number }> {
  const { token } = JSON.parse(readFileSync(join(custody.data, "credentials.json"), "utf8")) as {
    token: string;
  };
  const answer = await fetch(`${server}${path}`, {
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    method: "POST",
  });
  return { json: (await answer.json()) as Answer, status: answer.status };
}

interface EnrolmentOptions {
  readonly challenge: string;
  readonly origin: string;
  readonly rp: { readonly id: string };
}

async function enrol(key: SoftwareAuthenticator) {
  const { json: options } = await post<EnrolmentOptions>("/api/me/passkeys/options");
  const { origin, rp } = options;
  const response = key.enrol({ challenge: decodeBase64(options.challenge), origin, rpId: rp.id });
  const { json } = await post<{ key: string }>("/api/me/passkeys", { label: "phone", response });
  return { key: json.key, place: { origin, rpId: rp.id } };
}

test(
  "a passkey's signature lets run what its rule holds; nothing forged does, and the folder proves who it was",
  async () => {
    await addPerson(custody, server, "eve", "admin");
    await addPerson(custody, server, "bob", "approver");
    // It acts for the owner, whom it is held for: somebody else decides.
    const agent = await connected();
    await logIn(custody, "bob");
    const authenticator = new SoftwareAuthenticator();
    const { key, place } = await enrol(authenticator);
    const done = agent.query("TRUNCATE people");
    done.catch(() => {});
    const { id, shown } = await waiting();
    const answered = { hold: id, shown, verdict: "approve" } as const;
    const challenge = await approvalChallenge(answered);
    const path = `/api/holds/${id}/approve`;
    const signed = (more: object = {}, by = authenticator) => ({
      shown,
      signed: { kind: "passkey", ...by.assert({ challenge, ...place, ...more }) },
    });
    expect(await post(path, { shown })).toMatchObject({ json: { error: { code: "passkey-needed" } } });
    expect(await post(path, signed())).toMatchObject({ json: { error: { code: "signature-refused" } } });
    await logIn(custody, "eve");
    await ok("users", "confirm-key", "bob", key);
    await logIn(custody, "bob");
    for (const forged of [
      signed({ challenge: await approvalChallenge({ ...answered, hold: "another" }) }),
      signed({ challenge: await approvalChallenge({ ...answered, verdict: "deny" }) }),
      signed({ origin: "http://localhost:1" }),
      signed({ rpId: "evil.example" }),
      signed({ flags: 0x01 }),
      signed({}, new SoftwareAuthenticator()),
    ])
      expect(await post(path, forged)).toMatchObject({
        json: { error: { code: "signature-refused" } },
        status: 403,
      });
    const good = signed();
    expect(await post(path, good)).toMatchObject({ status: 200 });
    await done;
    expect(await post(path, good)).toMatchObject({ json: { error: { code: "hold-over" } } });
    const misused = await custody.records<AuditRecord>("--type", "approval.misused");
    expect(misused.map(({ details }) => details?.["code"])).toEqual([
      "HOLD_PASSKEY_NEEDED",
      ...Array.from({ length: 7 }, () => "HOLD_SIGNATURE_REFUSED"),
      "HOLD_OVER",
    ]);
    const [granted] = await custody.records<AuditRecord>("--type", "approval.granted");
    expect(granted).toMatchObject({
      approval: { approver: { assurance: "passkey", method: "passkey", name: "bob" } },
      details: { credential: authenticator.credential, signedBy: "passkey" },
    });
    const folder = join(custody.directory, "evidence");
    await ok("export", "--session", granted?.session ?? "", "--bundle", folder);
    const verdict = JSON.parse(await ok("check", folder, "--json"));
    expect(verdict).toMatchObject({ findings: [], ok: true, signed: 1 });
  },
  timeout,
);

test(
  "an SSH key signs an answer, and does not count as a passkey",
  async () => {
    const file = join(custody.directory, "id");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "desk", "-f", file]);
    const agent = await connected();
    await addPerson(custody, server, "bob", "approver");
    await logIn(custody, "bob");
    const { key } = JSON.parse(await ok("users", "ssh-keys", "add", `${file}.pub`, "--json"));
    await logIn(custody, "ada");
    await ok("users", "confirm-key", "bob", key);
    await logIn(custody, "bob");
    expect(await ok("users", "ssh-keys", "list")).toContain("ssh-key  desk");
    const held = agent.query("TRUNCATE people").catch((error: Error) => error.message);
    const strict = await waiting();
    const refused = await custody.run("approve", strict.id, "--ssh-key", file);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("passkey")]);
    await ok("deny", strict.id, "--reason", "not so", "--ssh-key", file);
    expect(await held).toContain("not so");
    const done = agent.query("DROP TABLE people");
    done.catch(() => {});
    const hold = await waiting();
    await ok("approve", hold.id, "--ssh-key", file);
    await done;
    const [granted] = await custody.records<AuditRecord>("--type", "approval.granted");
    expect(granted).toMatchObject({
      approval: { approver: { assurance: "password", method: "ssh-key", name: "bob" } },
      details: { signature: expect.stringContaining("BEGIN SSH SIGNATURE"), signedBy: "ssh-key" },
    });
    const folder = join(custody.directory, "evidence");
    await ok("export", "--session", granted?.session ?? "", "--bundle", folder);
    expect(JSON.parse(await ok("check", folder, "--json"))).toMatchObject({ ok: true, signed: 2 });
  },
  timeout,
);
