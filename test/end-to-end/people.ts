import type { Custody } from "./custody-process.ts";

/** Of everybody whom the tests make. */
export const PASSWORD = "a bicycle of cheese and rain";

/** Makes the first owner, by the operator's link, and signs this installation's command line in as them. */
export async function makeOwner(custody: Custody, server: string, name = "ada"): Promise<void> {
  const { stdout } = await custody.run("users", "invite-owner", "--json");
  const { url } = JSON.parse(stdout) as { url: string };
  await accept(server, name, url);
  await logIn(custody, name);
}

/** Adds somebody with a role, who sets a password by their link. Needs an owner who is signed in. */
export async function addPerson(custody: Custody, server: string, name: string, role: string): Promise<void> {
  const { code, stderr, stdout } = await custody.run("users", "add", name, "--role", role, "--json");
  if (code !== 0) throw new Error(stderr);
  await accept(server, name, (JSON.parse(stdout) as { url: string }).url);
}

/** From now on the command line is theirs. */
export async function logIn(custody: Custody, name: string): Promise<void> {
  const done = await custody.runWith(`${PASSWORD}\n`, "login", "--name", name, "--password-stdin");
  if (done.code !== 0) throw new Error(done.stderr);
}

/** A token of theirs, as a command line elsewhere would have it. */
export async function tokenOf(server: string, name: string): Promise<string> {
  const answer = await fetch(`${server}/api/sign-in/token`, {
    body: JSON.stringify({ name, password: PASSWORD }),
    headers: { "content-type": "application/json" },
    method: "POST",
  });
  if (!answer.ok) throw new Error(`${name} could not sign in: ${await answer.text()}`);
  return ((await answer.json()) as { token: string }).token;
}

async function accept(server: string, name: string, url: string): Promise<void> {
  const secret = new URL(url).hash.replace("#invitation=", "");
  const answer = await fetch(`${server}/api/invitations/accept`, {
    body: JSON.stringify({ name, password: PASSWORD, secret }),
    method: "POST",
  });
  if (!answer.ok) throw new Error(`the invitation was not accepted: ${await answer.text()}`);
}
