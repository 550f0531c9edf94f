import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type OpenedKeySource, openKeySource } from "@custody/keys";
import { keyConfigOfAny, meantConfig } from "../config/data-directory.ts";
import type { Config } from "../config/read-config.ts";
import type { Environment } from "../environment.ts";

/** What a command line says about where things are. */
interface Named {
  readonly environment: Environment;
  readonly data?: string | undefined;
  readonly config?: string | undefined;
}

/**
 * Where the master key of the ledger in `directory` is found: the one place where commands ask, whatever they do with
 * the ledger. A configuration speaks for the data directory that it names. Another directory, as a restored copy, has
 * its own key if there is one in it, and else is taken for a copy of the configured ledger.
 *
 * @throws CliError CONFIG_INVALID, LedgerError MASTER_KEY_UNAVAILABLE, KeysError IDENTITY_MALFORMED
 */
export async function keyOptionsFor(named: Named, directory: string): Promise<OpenedKeySource> {
  return keyOptionsOf(keyConfigFor(named, directory), directory, named.environment);
}

/** The configuration that speaks for a directory; undefined where none does, and its key is in it. @throws CliError */
export function keyConfigFor(named: Named, directory: string): KeyConfig | undefined {
  const hasOwnKey = existsSync(join(directory, "keys", "master.key"));
  const config = configFor(named, hasOwnKey);
  const path = resolve(named.environment.workingDirectory, directory);
  const isMeant = named.config !== undefined || config?.data === path || !hasOwnKey;
  return isMeant ? config : undefined;
}

/** The same for who has read the configuration already. Without one, the key is in the directory. */
export function keyOptionsOf(
  config: Pick<Config, "folder" | "masterKey"> | undefined,
  directory: string,
  { variables, workingDirectory }: Environment,
): Promise<OpenedKeySource> {
  const { folder = workingDirectory, masterKey } = config ?? {};
  return openKeySource(masterKey, { directory, fetch, folder, variables });
}

/**
 * What is wrong elsewhere in a configuration keeps nobody from the key that it names, nor from a directory that has its
 * key in it; whoever looks for the directory says so.
 */
function configFor({ config, data, environment }: Named, hasOwnKey: boolean): KeyConfig | undefined {
  try {
    return meantConfig({ ...environment, hint: () => {} }, { config, data });
  } catch (error) {
    const found = keyConfigOfAny(environment, config);
    if (found === undefined && !hasOwnKey) throw error;
    return found;
  }
}

type KeyConfig = Pick<Config, "data" | "folder" | "masterKey">;
