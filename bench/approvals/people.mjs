import { execFileSync } from "node:child_process";
import { join } from "node:path";

const command = join(new URL(".", import.meta.url).pathname, "../../apps/cli/bin/custody.mjs");
const PASSWORD = "only for a benchmark, and thrown away";

/** A token of the first owner, who answers what is held. */
export async function approverOf({ base, server }) {
  const printed = execFileSync(process.execPath, [command, "users", "invite-owner", "--json"], { cwd: base });
  const secret = new URL(JSON.parse(printed.toString()).url).hash.replace("#invitation=", "");
  await posted(`${server}/api/invitations/accept`, { name: "ada", password: PASSWORD, secret });
  const { token } = await posted(`${server}/api/sign-in/token`, { name: "ada", password: PASSWORD });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return {
    /** What waits, newest first. */
    waiting: async () => (await answered(await fetch(`${server}/api/holds?state=open`, { headers }))).holds,
    approve: ({ id, shown }) => posted(`${server}/api/holds/${id}/approve`, { shown }, headers),
  };
}

async function posted(url, body, headers = { "content-type": "application/json" }) {
  return answered(await fetch(url, { body: JSON.stringify(body), headers, method: "POST" }));
}

async function answered(answer) {
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}
