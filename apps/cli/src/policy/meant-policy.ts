import { type GatewayPolicy, loadPolicy } from "@custody/gateway/rules";
import type { CommandContext } from "../commands/context.ts";
import { readNamedFile } from "../commands/named-file.ts";
import { meantConfig } from "../config/data-directory.ts";
import { readPolicy } from "./policy-record.ts";

/**
 * The policy of a file that was named, else the one that the configuration names; without that, what holds for everybody.
 *
 * @throws CliError FILE_UNUSABLE, GatewayError POLICY_INVALID
 */
export function meantPolicy(context: CommandContext, file: string | undefined): GatewayPolicy {
  if (file !== undefined) return loadPolicy({ origin: file, text: readNamedFile(context, file) });
  const { config, data, environment } = context;
  return readPolicy(meantConfig(environment, { config, data }));
}
