import { readFileSync } from "node:fs";
import { escapeText } from "@custody/messages";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import type { CommandContext } from "./context.ts";
import { userCalled } from "./users.ts";

export interface SshKeyOptions {
  readonly label?: string;
}

interface Key {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly enrolledAt: string;
  readonly confirmedBy: string | null;
  readonly isInForce: boolean;
}

/** Enrols one's own SSH key. The file with the secret half is not read. */
export async function sshKeysAdd(
  context: CommandContext,
  { label }: SshKeyOptions,
  file: string,
): Promise<number> {
  const { isJson, output } = context;
  const line = publicLine(file);
  const body = { line, ...(label === undefined ? undefined : { label }) };
  const done = (await clientOf(context).request("POST", "/api/me/ssh-keys", body)) as {
    readonly key: string;
    readonly isInForce: boolean;
  };
  if (isJson) output.json(done);
  else output.line(escapeText(`${done.key}  enrolled`));
  if (!done.isInForce)
    output.hint(
      "custody: it counts once somebody else who may change users has confirmed it: custody users confirm-key",
    );
  return 0;
}

export async function ownKeys(context: CommandContext): Promise<number> {
  return list(context, "/api/me/keys");
}

export async function ownKeyRemove(context: CommandContext, key: string): Promise<number> {
  await clientOf(context).request("POST", `/api/me/keys/${encodeURIComponent(key)}/remove`, {});
  return said(context, key, "removed");
}

export async function userKeys(context: CommandContext, user: string): Promise<number> {
  const { id } = await userCalled(clientOf(context), user);
  return list(context, `/api/users/${id}/keys`);
}

/** Of somebody else. */
export async function userKeyChange(
  context: CommandContext,
  verb: "confirm" | "remove",
  user: string,
  key: string,
): Promise<number> {
  const client = clientOf(context);
  const { id } = await userCalled(client, user);
  await client.request("POST", `/api/users/${id}/keys/${encodeURIComponent(key)}/${verb}`, {});
  return said(context, key, verb === "confirm" ? "confirmed" : "removed");
}

async function list(context: CommandContext, path: string): Promise<number> {
  const { keys } = (await clientOf(context).request("GET", path)) as { readonly keys: readonly Key[] };
  for (const key of keys) {
    if (context.isJson) context.output.json(key);
    else context.output.line(escapeText(lineOf(key)));
  }
  return 0;
}

function lineOf({ confirmedBy, enrolledAt, id, isInForce, kind, label }: Key): string {
  const confirmed = confirmedBy === null ? [] : [`confirmed by ${confirmedBy}`];
  const marks = [...confirmed, ...(isInForce ? [] : ["waits to be confirmed"])];
  return [id, kind, label, `${enrolledAt.slice(0, 19)}Z`, ...marks].join("  ");
}

function said({ isJson, output }: CommandContext, key: string, what: string): number {
  if (isJson) output.json({ key });
  else output.line(escapeText(`${key}  ${what}`));
  return 0;
}

function publicLine(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new CliError("FILE_UNUSABLE", `${file} cannot be read`, "name the .pub file of the key", { cause });
  }
  if (text.includes("PRIVATE KEY"))
    throw new CliError("USAGE", `${file} has the secret half of a key`, "name the .pub file beside it");
  return text.trim();
}

function clientOf(context: CommandContext): ControlClient {
  return ControlClient.find(context.environment, context);
}
