import { createHash } from "node:crypto";
import type { SampledRows } from "@custody/domain";
import { escapeText } from "@custody/messages";
import type { ShownHold } from "@custody/policy";
import type { HoldListing, HoldPage, HoldPrompt, HoldRows } from "@custody/server";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import { type HoldContext, holdLine, holdLines } from "../holds/describe-hold.ts";
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
  if (id !== undefined) return show(context, client, await find(client, id));
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

/** @throws CliError HOLD_ROWS_WRONG: nobody should decide by rows that the hold does not name */
async function rowsOf(client: ControlClient, { id, text }: HoldListing): Promise<SampledRows | null> {
  const { rows: digest } = JSON.parse(text) as ShownHold;
  if (digest === undefined) return null;
  const answer = (await client.request("GET", `/api/holds/${encodeURIComponent(id)}/rows`)) as HoldRows;
  if (answer.text === null) return null;
  if (createHash("sha256").update(answer.text).digest("hex") === digest)
    return JSON.parse(answer.text) as SampledRows;
  const what = `the rows that the server gives are not those that hold ${id} names`;
  throw new CliError(
    "HOLD_ROWS_WRONG",
    what,
    "do not approve it; look at the record of it with custody show",
  );
}

async function show(
  { isJson, output }: CommandContext,
  client: ControlClient,
  hold: HoldListing,
): Promise<number> {
  const context: HoldContext = { prompt: await promptOf(client, hold.id), rows: await rowsOf(client, hold) };
  if (isJson) output.json({ ...hold, ...context });
  else for (const line of holdLines(hold, context)) output.line(line);
  return 0;
}
