import type { AuditRecord } from "@custody/domain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";

let custody: Custody;
let server: string;
let drop: () => Promise<void>;

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

async function accept(url: string, body: object): Promise<Response> {
  const secret = new URL(url).hash.replace("#invitation=", "");
  return fetch(`${server}/api/invitations/accept`, {
    body: JSON.stringify({ secret, ...body }),
    method: "POST",
  });
}

const signIn = async (password: string) =>
  (await custody.runWith(`${password}\n`, "login", "--name", "ada", "--password-stdin")).code;

async function ownerCheck(): Promise<unknown> {
  const { stdout } = await custody.run("doctor", "--json");
  const { checks } = JSON.parse(stdout) as { checks: readonly { id: string }[] };
  return checks.find(({ id }) => id === "owner");
}

test("doctor warns until a person is owner, and says what to do", async () => {
  expect(await ownerCheck()).toMatchObject({
    advice: expect.stringContaining("custody users invite-owner"),
    status: "warn",
  });
  const { stdout } = await custody.run("users", "invite-owner", "--json");
  const { url } = JSON.parse(stdout) as { url: string };
  expect((await accept(url, { name: "ada", password: "a bicycle of cheese" })).status).toBe(200);
  expect(await ownerCheck()).toMatchObject({ status: "ok", what: expect.stringContaining("ada") });
});

test("the last owner comes back by a link of the machine, and everybody hears of it before it is used", async () => {
  expect(await signIn("a bicycle of cheese")).toBe(0);
  // Whoever is signed in here, it is the machine that asks.
  const { code, stderr, stdout } = await custody.run("users", "recover", "ada");
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("on record, as critical, and is an alert");
  const opened = await custody.records<AuditRecord>("--type", "user.recovery-opened");
  expect(opened).toMatchObject([
    { actor: { human: { name: "local operator" } }, details: { name: "ada" }, level: "critical" },
  ]);
  await expect
    .poll(async () => (await custody.run("alerts", "--json")).stdout, { timeout: 60_000 })
    .toContain('"kind":"owner-recovery"');
  expect(await signIn("a bicycle of cheese")).toBe(0);
  expect((await accept(stdout.trim(), { password: "a bicycle of onions" })).status).toBe(200);
  expect(await signIn("a bicycle of cheese")).toBe(1);
  expect(await signIn("a bicycle of onions")).toBe(0);
  expect((await accept(stdout.trim(), { password: "a bicycle of plums" })).status).toBe(401);
  const { stdout: who } = await custody.run("whoami", "--json");
  expect(JSON.parse(who)).toMatchObject({ name: "ada", roles: ["owner"] });
});

test("only an owner is let in so, and only by the machine's own token", async () => {
  await custody.run("users", "add", "bob", "--role", "admin");
  const { code, stderr } = await custody.run("users", "recover", "bob");
  expect([code, stderr]).toEqual([1, expect.stringContaining("bob is no owner")]);
  expect((await custody.run("users", "recover", "nobody")).code).toBe(1);
});
