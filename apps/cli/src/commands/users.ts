import { escapeText } from "@custody/messages";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import { type RoleOptions, rolesOf } from "../sign-in/roles-of.ts";
import type { CommandContext } from "./context.ts";

export interface User {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  readonly sso: { readonly email: string } | { readonly issuer: string; readonly subject: string } | null;
  readonly lockedUntil: string | null;
  readonly removedAt: string | null;
}

interface Invitation {
  readonly url: string;
  readonly expires: string;
}

/** Everybody there is, and who was removed. */
export async function usersList(context: CommandContext): Promise<number> {
  const { isJson, output } = context;
  for (const user of await allUsers(clientOf(context))) {
    if (isJson) output.json(user);
    else output.line(escapeText(userLine(user)));
  }
  return 0;
}

/** Adds somebody, and prints the link with which they set their password. */
export async function usersAdd(context: CommandContext, options: RoleOptions, name: string): Promise<number> {
  const roles = rolesOf(options);
  if (roles === undefined) throw new CliError("USAGE", "somebody needs a role", "write --role ROLE");
  return showInvitation(context, await clientOf(context).request("POST", "/api/users", { name, roles }));
}

/** Gives somebody these roles, and no others. */
export async function usersRole(
  context: CommandContext,
  options: RoleOptions,
  user: string,
): Promise<number> {
  const roles = rolesOf(options);
  if (roles === undefined) throw new CliError("USAGE", "which roles is not said", "write --role ROLE");
  return change(context, user, "roles", { roles }, `${user} has the roles ${roles.join(", ")}`);
}

export async function usersRemove(context: CommandContext, user: string): Promise<number> {
  return change(context, user, "remove", {}, `${user} is removed`);
}

export async function usersResetPassword(context: CommandContext, user: string): Promise<number> {
  const client = clientOf(context);
  const { id } = await userCalled(client, user);
  return showInvitation(context, await client.request("POST", `/api/users/${id}/reset-password`, {}));
}

/** The link for the first owner: only the machine's own token may make it, and only as long as there is none. */
export async function usersInviteOwner(context: CommandContext): Promise<number> {
  const client = ControlClient.find(context.environment, context);
  return showInvitation(context, await client.request("POST", "/api/users/invite-owner", {}));
}

/** A way back for an owner: only the machine's own token may open it, whoever is signed in here. */
export async function usersRecover(context: CommandContext, user: string): Promise<number> {
  const client = clientOf(context).asMachine;
  const { id } = await userCalled(client, user);
  const code = showInvitation(context, await client.request("POST", `/api/users/${id}/recover`, {}));
  context.output.hint("custody: that this link was made is on record, as critical, and is an alert");
  return code;
}

function clientOf(context: CommandContext): ControlClient {
  return ControlClient.find(context.environment, context);
}

async function change(
  context: CommandContext,
  user: string,
  what: string,
  body: object,
  said: string,
): Promise<number> {
  const client = clientOf(context);
  const { id, name } = await userCalled(client, user);
  await client.request("POST", `/api/users/${id}/${what}`, body);
  if (context.isJson) context.output.json({ id, name });
  else context.output.line(escapeText(said));
  return 0;
}

/** By name or id. Whoever was removed keeps their name, and can be changed no more. */
export async function userCalled(client: ControlClient, text: string): Promise<User> {
  const wanted = text.toLowerCase();
  const users = await allUsers(client);
  const found = users.find(({ id, name }) => id === text || name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw new CliError(
    "NOT_FOUND",
    `there is nobody called ${JSON.stringify(text)}`,
    "see `custody users list`",
  );
}

/** Everybody there is and was. */
export async function allUsers(client: ControlClient): Promise<User[]> {
  const users: User[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const query: string = after === "" ? "" : `&after=${encodeURIComponent(after)}`;
    const page = (await client.request("GET", `/api/users?limit=500${query}`)) as {
      readonly users: readonly User[];
      readonly next: string | null;
    };
    users.push(...page.users);
    after = page.next;
  }
  return users;
}

function userLine({ hasPassword, hasTotp, lockedUntil, name, removedAt, roles, sso }: User): string {
  const marks = [
    ...(removedAt === null ? [roles.join(", ")] : [`removed ${removedAt.slice(0, 19)}Z`]),
    ...(removedAt !== null || hasPassword ? [] : ["invited"]),
    ...(hasTotp ? ["second factor"] : []),
    ...(sso === null ? [] : [`single sign-on as ${"email" in sso ? sso.email : sso.subject}`]),
    ...(lockedUntil !== null && Date.parse(lockedUntil) > Date.now() ? [`locked until ${lockedUntil}`] : []),
  ];
  return `${name}  ${marks.join("; ")}`;
}

function showInvitation({ isJson, output }: CommandContext, answer: unknown): number {
  const { expires, url } = answer as Invitation;
  if (isJson) output.json(answer);
  else {
    output.line(escapeText(url));
    output.hint(`custody: this link works once, until ${expires}; whoever has it sets the password`);
  }
  return 0;
}
