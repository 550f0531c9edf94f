import { escapeText } from "@custody/messages";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { ControlClient } from "../control/control-client.ts";
import { readCredentials, removeCredentials, writeCredentials } from "../control/credentials-file.ts";
import { CliError } from "../error.ts";
import { signInByDevice, signInWithPassword } from "../sign-in/sign-in.ts";
import type { CommandContext } from "./context.ts";
import { type Me, meLine } from "./whoami.ts";

export interface LoginOptions {
  readonly server?: string;
  readonly name?: string;
  readonly passwordStdin?: boolean;
  readonly code?: string;
  readonly approve?: string;
  readonly deny?: string;
}

/** Signs this command line in, for twelve hours; or confirms one that waits elsewhere. */
export async function login(context: CommandContext, options: LoginOptions): Promise<number> {
  const { approve, deny } = options;
  if (approve !== undefined) return settle(context, approve, true);
  if (deny !== undefined) return settle(context, deny, false);
  const { environment, isJson, output } = context;
  const directory = dataDirectoryToRead(environment, context);
  const client = ControlClient.unsigned(environment, context, options.server);
  const { expires, token } = await signIn(client, context, options);
  const me = (await client.withToken(token).request("GET", "/api/me")) as Me;
  const file = writeCredentials(directory, { expires, name: me.name, token, url: client.url });
  if (isJson) output.json({ expires, file, name: me.name, server: client.url });
  else output.line(escapeText(`signed in: ${meLine(me)}, until ${expires}; ${file}`));
  return 0;
}

function signIn(client: ControlClient, { output }: CommandContext, options: LoginOptions) {
  const { code, name, passwordStdin } = options;
  if (name !== undefined)
    return signInWithPassword(client, { code, isPasswordOnStdin: passwordStdin === true, name });
  if (passwordStdin === true)
    throw new CliError("USAGE", "--password-stdin says a password, and not whose", "write --name NAME");
  return signInByDevice(client, (lines) => {
    for (const line of lines) output.hint(line);
  });
}

async function settle(context: CommandContext, userCode: string, allow: boolean): Promise<number> {
  const client = ControlClient.find(context.environment, context);
  await client.request("POST", "/api/device/confirm", { allow, user_code: userCode });
  if (context.isJson) context.output.json({ allow, user_code: userCode });
  else context.output.line(allow ? "confirmed: that command line acts for you, for twelve hours" : "refused");
  return 0;
}

/** Ends the token, and takes it away from here. */
export async function logout(context: CommandContext): Promise<number> {
  const { environment, isJson, output } = context;
  const directory = dataDirectoryToRead(environment, context);
  const stored = readCredentials(directory, Date.now());
  try {
    if (stored !== undefined) {
      const client = ControlClient.unsigned(environment, context, stored.url);
      await client.withToken(stored.token).try("POST", "/api/sign-out", {});
    }
  } catch (error) {
    // A server that does not answer still knows the token, and here nobody has it any more.
    if (!(error instanceof CliError)) throw error;
    output.hint(`custody: ${error.message}; the token itself ends at ${stored?.expires}`);
  }
  removeCredentials(directory);
  if (isJson) output.json({ signedOut: stored !== undefined });
  else output.line(stored === undefined ? "nobody was signed in here" : "signed out");
  return 0;
}
