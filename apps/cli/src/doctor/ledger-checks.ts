import { existsSync } from "node:fs";
import { join } from "node:path";
import type { OpenedKeySource } from "@custody/keys";
import { LedgerReader, readIdentity } from "@custody/ledger";
import type { MasterKeyConfig } from "../config/master-key.ts";
import { readKeyCopy } from "../keys/key-copy.ts";
import { type Diagnosis, fail, ok, unknown, warn } from "./finding.ts";

/** A clock that was set back by less is not worth a word. */
const BEHIND_MS = 2000;

/** How far back the last start is looked for. */
const LOOK_BACK = 100_000;

export async function checkLedger(
  data: string,
  isRunning: boolean,
  keysOf: () => Promise<OpenedKeySource>,
): Promise<Diagnosis[]> {
  let reader: LedgerReader;
  try {
    reader = await LedgerReader.open({ directory: data, ...(await keysOf()) });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return [
      code === "FORMAT_UNKNOWN"
        ? unknown("ledger", `${data} holds no ledger yet`, "start Custody once")
        : fail("ledger", `${message} (${code})`, "see docs/errors.md"),
    ];
  }
  const readable = ok("ledger", `${reader.size} entries of ${reader.origin} can be read`);
  return [readable, await checkClock(reader), await checkLastStop(reader, isRunning)];
}

async function checkClock(reader: LedgerReader): Promise<Diagnosis> {
  const id = "clock";
  for await (const { ts } of reader.envelopes(Math.max(0, reader.size - 1))) {
    const aheadMs = ts - Date.now();
    return aheadMs > BEHIND_MS
      ? fail(
          id,
          `the clock is ${Math.ceil(aheadMs / 1000)} s behind the newest record`,
          "set it before anything is recorded",
        )
      : ok(id, "the clock is not behind the newest record");
  }
  return unknown(id, "there is no record yet", "");
}

/** A clean stop ends with \`ledger.closed\`; between it and the next \`ledger.opened\` stands nothing but the ledger's own. */
async function checkLastStop(reader: LedgerReader, isRunning: boolean): Promise<Diagnosis> {
  const id = "last-stop";
  const types: string[] = [];
  const from = Math.max(0, reader.size - LOOK_BACK);
  for await (const { t } of reader.envelopes(from)) types.push(t);
  if (types.length === 0) return unknown(id, "there is no record yet", "");
  const unclean = (what: string) =>
    warn(id, what, "see how it ended: custody log --type db.statement.unknown, and --type ledger.recovered");
  if (!isRunning && types.at(-1) !== "ledger.closed")
    return unclean("Custody is not running and was not stopped cleanly; the next start closes what was open");
  const opened = types.lastIndexOf("ledger.opened");
  if (opened === -1) return unknown(id, `the last start is more than ${LOOK_BACK} entries ago`, "");
  const before = types
    .slice(0, opened)
    .findLastIndex((type) => !/^(ledger\.(recovered|restored|created)|key\.created)$/.test(type));
  return before === -1 || types[before] === "ledger.closed"
    ? ok(id, "the stop before the last start was clean")
    : unclean("the stop before the last start was not clean");
}

export async function checkKeyCopy(data: string, config: MasterKeyConfig | undefined): Promise<Diagnosis> {
  const id = "master-key-copy";
  const { keyGeneration } = (await readIdentity(data)) ?? {};
  if (keyGeneration === undefined) return unknown(id, `${data} holds no ledger yet`, "start Custody once");
  const copy = readKeyCopy(data, keyGeneration);
  const key = `the master key, generation ${keyGeneration}`;
  if (copy !== undefined)
    return ok(
      id,
      `${key}, was copied on ${copy.time}; whether the copy still exists cannot be seen from here`,
    );
  return config?.requireRecovery === false
    ? ok(id, `no copy of ${key}, is known, and masterKey.requireRecovery says that none is needed`)
    : warn(
        id,
        `no copy of ${key}, is known: should the key be lost, nobody can read the ledger or a backup`,
        "make one: custody keys export --to AGE-RECIPIENT, or a backup with --with-key",
      );
}

/** Whoever moved the key out of the directory did not mean to leave it there. */
export function checkLeftKey(data: string, { keyFile, keySource }: OpenedKeySource): Diagnosis {
  const id = "master-key-left";
  const path = join(data, "keys", "master.key");
  if (keyFile === path || !existsSync(path))
    return ok(id, `the master key is kept in one place: ${keySource.description}`);
  return warn(
    id,
    `the master key is kept in ${keySource.description}, and there is still ${path}: it opens older backups, if not more`,
    "once the ledger opens without it, remove it from this machine",
  );
}

/** An erasure goes on by itself while Custody runs, and at the next start. */
export function checkErasure(data: string): Diagnosis {
  const id = "erasure";
  return existsSync(join(data, ".state/erasure"))
    ? warn(
        id,
        "records are being destroyed: their keys are gone, their blocks not all yet",
        "let Custody run until `custody status` says that it is done",
      )
    : ok(id, "no order to destroy records is unfinished");
}
