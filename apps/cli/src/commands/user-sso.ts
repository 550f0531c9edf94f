import { escapeText } from "@custody/messages";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import type { CommandContext } from "./context.ts";
import { userCalled } from "./users.ts";

export interface UserSsoOptions {
  readonly email?: string;
  readonly subject?: string;
  readonly issuer?: string;
  readonly none?: boolean;
}

/** Says as whom the provider of single sign-on knows somebody. */
export async function userSso(
  context: CommandContext,
  options: UserSsoOptions,
  user: string,
): Promise<number> {
  const { email, issuer, none = false, subject } = options;
  const isOne = [email !== undefined, subject !== undefined, none].filter(Boolean).length === 1;
  if (!isOne)
    throw new CliError(
      "USAGE",
      "as whom the provider knows them is not said, or twice",
      "write --email ADDRESS, --subject SUBJECT, or --none",
    );
  if (issuer !== undefined && subject === undefined)
    throw new CliError("USAGE", "--issuer says whose --subject it is", "write --subject SUBJECT too");
  const client = ControlClient.find(context.environment, context);
  const { id, name } = await userCalled(client, user);
  await client.request("POST", `/api/users/${id}/sso`, { email, issuer, subject });
  if (context.isJson) context.output.json({ id, name });
  else context.output.line(escapeText(saidOf(name, email ?? subject)));
  return 0;
}

function saidOf(name: string, known: string | undefined): string {
  if (known === undefined) return `${name} signs in at no provider any more`;
  return `${name} signs in at the provider as ${known}; what they had open has ended`;
}
