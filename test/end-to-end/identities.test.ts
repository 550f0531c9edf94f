import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";

const password = "planted-marker a bicycle of cheese";

let custody: Custody;
let server: string;
let drop: () => Promise<void>;
/** Everything that opens something: it must be found nowhere. */
const planted = [password];

beforeAll(async () => {
  const database = await createDatabase();
  drop = () => database.drop();
  custody = new Custody(database.url);
  ({ server } = await custody.start());
});
afterAll(async () => {
  await custody.remove();
  await drop();
});

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server}${path}`, { body: JSON.stringify(body), headers, method: "POST" });
}

async function ok(...parameters: string[]): Promise<never> {
  const { code, stderr, stdout } = await custody.run(...parameters, "--json");
  if (code !== 0) throw new Error(`custody ${parameters.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout.split("\n")[0] ?? "null") as never;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const localToken = () => readFileSync(join(custody.data, "local.token"), "utf8").trim();

test("the first owner comes by the operator's link, and signs the command line in", async () => {
  const { url } = (await ok("users", "invite-owner")) as { url: string };
  const secret = new URL(url).hash.replace("#invitation=", "");
  const accepted = await post("/api/invitations/accept", { name: "ada", password, secret });
  expect(accepted.status).toBe(200);
  planted.push(secret, ((await accepted.json()) as { key: string }).key);
  planted.push(/custody-session=([^;]+)/.exec(accepted.headers.get("set-cookie") ?? "")?.[1] ?? "");
  const wrong = await custody.runWith("something else\n", "login", "--name", "ada", "--password-stdin");
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("name, password or code is wrong")]);
  const right = await custody.runWith(`${password}\n`, "login", "--name", "ada", "--password-stdin");
  expect(right, right.stderr).toMatchObject({ code: 0 });
  const file = join(custody.data, "credentials.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  planted.push((JSON.parse(readFileSync(file, "utf8")) as { token: string }).token);
  expect(await ok("whoami")).toMatchObject({
    kind: "person",
    method: "password",
    name: "ada",
    roles: ["owner"],
  });
});

test("who is there is listed, changed and removed, and the last owner stays", async () => {
  await ok("users", "add", "bob", "--role", "approver", "--project", "default");
  await ok("users", "role", "bob", "--role", "auditor");
  const { stdout } = await custody.run("users", "list");
  expect(stdout.split("\n").slice(0, 2)).toEqual(["ada  owner", "bob  auditor; invited"]);
  for (const refused of [
    ["users", "remove", "ada"],
    ["users", "role", "ada", "--role", "viewer"],
    ["users", "add", "bob", "--role", "viewer"],
  ])
    expect((await custody.run(...refused)).code, refused.join(" ")).toBe(1);
  expect((await custody.run("users", "remove", "nobody")).stderr).toContain("(NOT_FOUND)");
  await ok("users", "remove", "bob");
});

test("whoever reads the local token cannot make themselves anybody", async () => {
  const headers = bearer(localToken());
  expect((await post("/api/users", { name: "eve", roles: ["owner"] }, headers)).status).toBe(403);
  expect((await post("/api/tokens", { name: "eve" }, headers)).status).toBe(403);
  expect((await post("/api/users/invite-owner", {}, headers)).status).toBe(403);
  expect((await fetch(`${server}/api/status`, { headers })).status).toBe(200);
});

test("an agent's token opens sessions for its person, and no more", async () => {
  const { token } = (await ok("tokens", "create", "--name", "robot", "--role", "owner")) as { token: string };
  planted.push(token);
  const headers = bearer(token);
  expect((await fetch(`${server}/api/records`, { headers })).status).toBe(403);
  expect((await post("/api/users", { name: "eve", roles: ["owner"] }, headers)).status).toBe(403);
  const opened = await post("/api/sessions", { agent: "robot" }, headers);
  expect(opened.status).toBe(200);
  const { session } = (await opened.json()) as { session: string };
  const [started] = await custody.records<AuditRecord>("--session", session, "--type", "session.started");
  expect(started?.actor.human).toMatchObject({ assurance: "token", name: "ada" });
  const { stdout } = await custody.run("tokens", "list", "--json");
  const listed = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { id: string; name: string });
  await ok("tokens", "revoke", listed.find(({ name }) => name === "robot")?.id ?? "");
  expect((await fetch(`${server}/api/status`, { headers })).status).toBe(401);
});

test("what is done is on record with who did it, and so is looking", async () => {
  const { token } = JSON.parse(readFileSync(join(custody.data, "credentials.json"), "utf8")) as {
    token: string;
  };
  // The command asks as whoever signed in here, though the machine's own token lies beside it.
  await ok("retention", "hold", "--all", "--reason", "case 7");
  const list = await fetch(`${server}/api/records?project=default`, { headers: bearer(token) });
  expect(list.status).toBe(200);
  for (let at = 0; at < 5; at += 1) await fetch(`${server}/api/records/3`, { headers: bearer(token) });
  const records = await custody.records<AuditRecord>();
  const hold = records.find(({ type }) => type === "retention.hold-placed");
  expect(hold?.actor.human).toMatchObject({ assurance: "password", name: "ada" });
  const looks = records.filter(({ type }) => type === "access.read");
  expect(looks).toHaveLength(1);
  expect(looks[0]).toMatchObject({
    actor: { human: { name: "ada" } },
    details: { filters: ["project=default"] },
  });
  const refused = records.filter(({ type }) => type === "access.sign-in-refused");
  // A wrong password, and the agent's token after it was revoked.
  expect(refused).toMatchObject([
    { details: { count: 1, name: "ada" }, level: "warning" },
    { details: { count: 1, name: "nobody" }, level: "warning" },
  ]);
  expect(records.map(({ type }) => type)).toEqual(
    expect.arrayContaining([
      "user.invited",
      "user.created",
      "user.signed-in",
      "role.changed",
      "user.removed",
    ]),
  );
});

test("all of it outlasts a restart without the file beside the ledger, and what was counted is on record", async () => {
  expect(await custody.stop()).toBe(0);
  rmSync(join(custody.data, "identities.json"));
  ({ server } = await custody.start());
  const looks = await custody.records<AuditRecord>("--type", "access.read");
  expect(looks.map(({ details }) => details?.["records"])).toEqual([0, 5]);
  const { token } = JSON.parse(readFileSync(join(custody.data, "credentials.json"), "utf8")) as {
    token: string;
  };
  const me = await fetch(`${server}/api/me`, { headers: bearer(token) });
  expect(((await me.json()) as { name: string }).name).toBe("ada");
});

test("nothing that opens something is in a file, an export, a log or an answer", async () => {
  const exported = join(custody.directory, "all.jsonl");
  await ok("export", "-o", exported);
  const { token } = JSON.parse(readFileSync(join(custody.data, "credentials.json"), "utf8")) as {
    token: string;
  };
  let text = custody.said + readFileSync(exported, "utf8");
  for (const path of ["/api/users", "/api/records?view=records&limit=500", "/api/me", "/metrics"])
    text += await (await fetch(`${server}${path}`, { headers: bearer(token) })).text();
  for (const name of readdirSync(custody.data, { encoding: "utf8", recursive: true })) {
    const path = join(custody.data, name);
    // It is what the person keeps for the command line.
    if (name === "credentials.json" || !existsSync(path) || !statSync(path).isFile()) continue;
    text += readFileSync(path, "latin1");
  }
  expect(text).toContain("ada");
  expect(planted.filter((each) => each !== "")).toHaveLength(6);
  for (const secret of planted) expect(text.includes(secret), secret).toBe(false);
});

test("who signs out is out", async () => {
  const { token } = JSON.parse(readFileSync(join(custody.data, "credentials.json"), "utf8")) as {
    token: string;
  };
  const { url } = JSON.parse(readFileSync(join(custody.data, "credentials.json"), "utf8")) as { url: string };
  expect(url).toMatch(/^http:/);
  await ok("logout");
  expect(existsSync(join(custody.data, "credentials.json"))).toBe(false);
  expect(await ok("whoami")).toMatchObject({ kind: "operator", name: "local operator" });
  expect(token).toMatch(/^cst_/);
});

test("on a terminal the first start shows the link for the owner, and no other start does", async () => {
  const other = new Custody("postgres://nobody@127.0.0.1:1/nowhere");
  try {
    await other.start("--log-format", "text");
    await expect.poll(() => other.said).toContain("/#invitation=cin_");
    await other.stop();
    await other.start("--log-format", "text");
    await expect.poll(() => other.said).toContain("/#code=");
    expect(other.said).not.toContain("invitation");
  } finally {
    await other.remove();
  }
});
