import { escapeText } from "@custody/messages";
import type { HoldListing, HoldPage, HoldPrompt } from "@custody/server";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import { holdLine, holdLines } from "../holds/describe-hold.ts";
import { signedWithSsh } from "../holds/sign-with-ssh.ts";
import type { CommandContext } from "./context.ts";

export interface HoldsOptions {
  readonly all?: boolean;
  readonly limit?: string;
}

/** What waits for a human, newest first; or all of one. */
export async function holds(
  context: CommandContext,
  { all, limit = "100" }: HoldsOptions,
  id: string | undefined,
): Promise<number> {
  const { environment, isJson, output } = context;
  const client = ControlClient.find(environment, context);
  if (id !== undefined) return show(context, await find(client, id), await promptOf(client, id));
  const query = `state=${all === true ? "all" : "open"}&limit=${encodeURIComponent(limit)}`;
  const page = (await client.request("GET", `/api/holds?${query}`)) as HoldPage;
  if (isJson) for (const hold of page.holds) output.json(hold);
  else for (const hold of page.holds) output.line(escapeText(holdLine(hold)));
  if (page.holds.length === 0 && !isJson) output.line("nothing waits for a human");
  if (page.next !== null) output.hint(`custody: there are more; write --limit ${Number(limit) * 2}`);
  return 0;
}

export interface DecisionOptions {
  readonly reason?: string;
  /** The digest of what was looked at before. */
  readonly shown?: string;
  /** Of an SSH key that is enrolled: its file, or its .pub file where an agent has it. */
  readonly sshKey?: string;
}

/** Answers what waits. What is approved is exactly what is printed. */
export async function decideHold(
  context: CommandContext,
  verdict: "approve" | "deny",
  { reason, shown, sshKey }: DecisionOptions,
  id: string,
): Promise<number> {
  const { environment, isJson, output } = context;
  if (verdict === "deny" && !reason?.trim())
    throw new CliError("USAGE", "a refusal needs a reason: the agent is shown it", "write --reason TEXT");
  const client = ControlClient.find(environment, context);
  const found = await find(client, id);
  const answered = { hold: found.id, shown: shown ?? found.shown, verdict };
  const request = {
    shown: answered.shown,
    ...(reason === undefined ? undefined : { reason }),
    ...(sshKey === undefined ? undefined : { signed: await signedWithSsh(answered, sshKey) }),
  };
  const path = `/api/holds/${encodeURIComponent(id)}/${verdict}`;
  const done = (await client.request("POST", path, request)) as HoldListing;
  if (isJson) output.json(done);
  else for (const line of holdLines(done)) output.line(line);
  return 0;
}

async function find(client: ControlClient, id: string): Promise<HoldListing> {
  return client.request("GET", `/api/holds/${encodeURIComponent(id)}`) as Promise<HoldListing>;
}

async function promptOf(client: ControlClient, id: string): Promise<HoldPrompt | null> {
  const path = `/api/holds/${encodeURIComponent(id)}/prompt`;
  return ((await client.request("GET", path)) as { readonly prompt: HoldPrompt | null }).prompt;
}

function show({ isJson, output }: CommandContext, hold: HoldListing, prompt: HoldPrompt | null): number {
  if (isJson) output.json({ ...hold, prompt });
  else for (const line of holdLines(hold, prompt)) output.line(line);
  return 0;
}
