import type { Command } from "commander";
import type { LoginOptions } from "../commands/login.ts";
import type { TokenCreateOptions } from "../commands/tokens.ts";
import type { SshKeyOptions } from "../commands/user-keys.ts";
import type { UserSsoOptions } from "../commands/user-sso.ts";
import type { RoleOptions } from "../sign-in/roles-of.ts";
import { type Define, later } from "./define.ts";

/** Who asks, and who may. */
export function definePeople(program: Command, define: Define): void {
  define<LoginOptions>(
    program,
    "login",
    "sign this command line in, for twelve hours",
    ["login", "login --server https://custody.example", "login --name ada", "login --approve WDJB-MJHT"],
    later(async () => (await import("../commands/login.ts")).login),
  )
    .option("--server <url>", "the server; default: CUSTODY_URL, or the one of the data directory")
    .option("--name <name>", "sign in with a password, which is asked for")
    .option("--password-stdin", "read the password from standard input")
    .option("--code <code>", "of the second factor; else it is asked for where there is one")
    .option("--approve <code>", "confirm a command line that waits elsewhere and shows this code")
    .option("--deny <code>", "refuse it");
  define(
    program,
    "logout",
    "end what `login` began",
    ["logout"],
    later(async () => (await import("../commands/login.ts")).logout),
  );
  define(
    program,
    "whoami",
    "who the server takes this command line for",
    ["whoami", "whoami --json"],
    later(async () => (await import("../commands/whoami.ts")).whoami),
  );
  defineUsers(program, define);
  defineTokens(program, define);
}

function defineUsers(program: Command, define: Define): void {
  const users = program
    .command("users")
    .description("people and their roles")
    .helpOption("--help", "print help");
  define(
    users,
    "list",
    "everybody there is, and who was removed",
    ["users list", "users list --json"],
    later(async () => (await import("../commands/users.ts")).usersList),
  );
  withRoles(
    define<RoleOptions>(
      users,
      "add <name>",
      "add somebody, and print the link with which they set a password",
      ["users add bob --role viewer", "users add eve --role approver --project shop"],
      async (context, options, [name]) =>
        (await import("../commands/users.ts")).usersAdd(context, options, name as string),
    ),
  );
  withRoles(
    define<RoleOptions>(
      users,
      "role <user>",
      "give somebody these roles, and no others",
      ["users role bob --role auditor"],
      async (context, options, [user]) =>
        (await import("../commands/users.ts")).usersRole(context, options, user as string),
    ),
  );
  define(
    users,
    "remove <user>",
    "remove somebody, with every session and token",
    ["users remove bob"],
    async (context, _, [user]) => (await import("../commands/users.ts")).usersRemove(context, user as string),
  );
  define(
    users,
    "reset-password <user>",
    "a link with which somebody sets another password",
    ["users reset-password bob"],
    async (context, _, [user]) =>
      (await import("../commands/users.ts")).usersResetPassword(context, user as string),
  );
  define(
    users,
    "recover <owner>",
    "a way back for an owner who lost password or second factor; critical, on record, and an alert",
    ["users recover ada"],
    async (context, _, [user]) =>
      (await import("../commands/users.ts")).usersRecover(context, user as string),
  );
  define<UserSsoOptions>(
    users,
    "sso <user>",
    "say as whom the provider of single sign-on knows somebody; it ends what they have open",
    [
      "users sso bob --email bob@corp.example",
      "users sso bob --subject 248289761001",
      "users sso bob --none",
    ],
    async (context, options, [user]) =>
      (await import("../commands/user-sso.ts")).userSso(context, options, user as string),
  )
    .option("--email <address>", "until they first sign in, which is by a verified address; then by subject")
    .option("--subject <subject>", "what the provider calls them in its tokens: sub")
    .option("--issuer <url>", "of the subject; default: the configured provider")
    .option("--none", "nobody at the provider is this person any more");
  defineKeys(users, define);
  define(
    users,
    "invite-owner",
    "a link that makes the first owner, as long as there is none",
    ["users invite-owner"],
    later(async () => (await import("../commands/users.ts")).usersInviteOwner),
  );
}

/** What people sign their answers with. Passkeys are enrolled on the page, which has the browser that makes them. */
function defineKeys(users: Command, define: Define): void {
  const sshKeys = users
    .command("ssh-keys")
    .description("your own SSH keys, which sign approvals")
    .helpOption("--help", "print help");
  define<SshKeyOptions>(
    sshKeys,
    "add <file>",
    "enrol a key, within ten minutes of `login`: its .pub file",
    ["users ssh-keys add ~/.ssh/id_ed25519.pub"],
    async (context, options, [file]) =>
      (await import("../commands/user-keys.ts")).sshKeysAdd(context, options, file as string),
  ).option("--label <text>", "how it is called in lists and records; default: its comment");
  define(
    sshKeys,
    "list",
    "your keys; passkeys as well",
    ["users ssh-keys list", "users ssh-keys list --json"],
    later(async () => (await import("../commands/user-keys.ts")).ownKeys),
  );
  define(
    sshKeys,
    "remove <key>",
    "remove one of them",
    ["users ssh-keys remove 01a1fa1b-8098-7000-9f6e-fbbb4aaef9bb"],
    async (context, _, [key]) =>
      (await import("../commands/user-keys.ts")).ownKeyRemove(context, key as string),
  );
  define(
    users,
    "keys <user>",
    "somebody's passkeys and SSH keys",
    ["users keys bob"],
    async (context, _, [user]) =>
      (await import("../commands/user-keys.ts")).userKeys(context, user as string),
  );
  for (const verb of ["confirm", "remove"] as const)
    define(
      users,
      `${verb}-key <user> <key>`,
      verb === "confirm" ? "say that a key is somebody's, having asked them" : "remove somebody's key",
      [`users ${verb}-key bob 01a1fa1b-8098-7000-9f6e-fbbb4aaef9bb`],
      async (context, _, [user, key]) =>
        (await import("../commands/user-keys.ts")).userKeyChange(
          context,
          verb,
          user as string,
          key as string,
        ),
    );
}

function defineTokens(program: Command, define: Define): void {
  const tokens = program
    .command("tokens")
    .description("tokens of programs and command lines")
    .helpOption("--help", "print help");
  define(
    tokens,
    "list",
    "the tokens that hold",
    ["tokens list", "tokens list --json"],
    later(async () => (await import("../commands/tokens.ts")).tokensList),
  );
  withRoles(
    define<TokenCreateOptions>(
      tokens,
      "create",
      "make a token, and print it this once",
      ["tokens create --name robot --role member --project shop --expires 30d"],
      later(async () => (await import("../commands/tokens.ts")).tokensCreate),
    ),
  )
    .requiredOption("--name <name>", "how it is called in lists and records")
    .option("--for <kind>", "agent, gateway, sink, sdk or person; default: agent")
    .option("--expires <time>", "12h, 30d; at most a year; default: 90d");
  define(
    tokens,
    "revoke <id>",
    "end a token, at once",
    ["tokens revoke 01a1fa1b-8098-7000-9f6e-fbbb4aaef9bb"],
    async (context, _, [id]) => (await import("../commands/tokens.ts")).tokensRevoke(context, id as string),
  );
}

function withRoles(command: Command): Command {
  return command
    .option(
      "--role <role...>",
      "owner, admin, approver, auditor, member or viewer; ROLE@PROJECT for one project",
    )
    .option("--project <name>", "for this project only");
}
