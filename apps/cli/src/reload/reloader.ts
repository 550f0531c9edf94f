import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { RecordDraft } from "@custody/domain";
import type { Gateway, GatewayChange, GatewayPolicy } from "@custody/gateway";
import type { WebhookCourier } from "../alerts/courier.ts";
import { webhookSettings } from "../alerts/webhook-settings.ts";
import type { Config } from "../config/read-config.ts";
import { resolveTarget } from "../config/upstream.ts";
import type { DiskGuard } from "../disk/disk-guard.ts";
import type { Environment } from "../environment.ts";
import type { ModelSpending } from "../policy/model-spending.ts";
import { policyLoadedRecord, readPolicy } from "../policy/policy-record.ts";
import { type ReloadOutcome, writeReloadFile } from "./reload-file.ts";
import { rejectedRecord, reloadedRecord } from "./reload-record.ts";

export interface ReloaderOptions {
  readonly config: Config;
  readonly policy: GatewayPolicy;
  readonly directory: string;
  readonly environment: Environment;
  readonly gateway: Pick<Gateway, "apply">;
  readonly disk: Pick<DiskGuard, "useLimits">;
  readonly spending: Pick<ModelSpending, "follow">;
  readonly courier: Pick<WebhookCourier, "use">;
  readonly recorder: { record(drafts: readonly RecordDraft[], safety: "durable"): Promise<void> };
  readonly nowUs: () => number;
  readonly newId: () => string;
  readonly readAgain: () => Config;
  readonly warn: (text: string) => void;
  readonly info: (text: string) => void;
}

/** What is decided once, when the process starts. */
const NEEDS_RESTART = [
  "data",
  "listen",
  "masterKey",
  "tls",
  "publicUrl",
  "signIn",
  "retention",
  "witnesses",
  "timestamps",
  "anchors",
  "models",
] as const;

/** What is running gets this long on a target that changed or is gone. */
const GRACE_MS = 10_000;

/**
 * Puts another configuration in force while connections are open. Everything is read and checked first: a file that
 * is wrong anywhere changes nothing at all.
 */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #started: Config;
  #config: Config;
  #policy: string;
  #line: Promise<void> = Promise.resolve();
  #count = 0;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#started = options.config;
    this.#config = options.config;
    this.#policy = options.policy.digest;
  }

  /** The one in force. */
  get config(): Config {
    return this.#config;
  }

  /** One after the other. Never fails: the outcome is a record, a line of the log, and `reload.json`. */
  reload(): Promise<void> {
    this.#line = this.#line.then(() => this.#reload());
    return this.#line;
  }

  async #reload(): Promise<void> {
    const { directory, info, warn } = this.#options;
    this.#count += 1;
    const time = new Date().toISOString();
    const outcome = await this.#apply().catch((error: Error & { code?: string }) => this.#reject(error));
    const said: ReloadOutcome = { count: this.#count, pid: process.pid, time, ...outcome };
    try {
      writeReloadFile(directory, said);
    } catch (error) {
      warn(`the outcome of the reload cannot be written: ${(error as Error).message}`);
    }
    if (!said.ok) warn(`the configuration was not reloaded, the one before stays in force: ${said.message}`);
    else if (said.needsRestart.length > 0)
      warn(`the configuration was reloaded; what changed in ${said.needsRestart.join(", ")} needs a restart`);
    else info("the configuration was reloaded");
  }

  async #apply(): Promise<Omit<ReloadOutcome & { ok: true }, "count" | "pid" | "time">> {
    const { courier, disk, environment, gateway, newId, nowUs, readAgain, recorder, warn } = this.#options;
    const config = readAgain();
    const digest = digestOf(config.file);
    const policy = readPolicy(config);
    const targets = config.targets.map((target) => resolveTarget(target, config, environment, warn));
    const webhooks = webhookSettings(config, environment);
    const needsRestart = NEEDS_RESTART.filter((key) => !isDeepStrictEqual(config[key], this.#started[key]));
    let change: GatewayChange = { added: [], changed: [], removed: [] };
    const beforeSwitch = async (found: GatewayChange) => {
      change = found;
      const facts = { ...found, digest, file: config.file ?? "", needsRestart, policy: policy.digest };
      const drafts = [reloadedRecord(facts, newId(), nowUs())];
      // A decision names its policy's digest: the text must be on record before the first of them.
      if (policy.digest !== this.#policy)
        drafts.unshift(policyLoadedRecord(policy, "reload", newId(), nowUs()));
      await recorder.record(drafts, "durable");
    };
    await gateway.apply({ beforeSwitch, graceMs: GRACE_MS, policy, targets });
    this.#config = config;
    this.#policy = policy.digest;
    this.#options.spending.follow(policy);
    courier.use(webhooks);
    await disk.useLimits(config.disk);
    return { ok: true, digest, needsRestart, ...change };
  }

  async #reject(
    error: Error & { code?: string },
  ): Promise<Omit<ReloadOutcome & { ok: false }, "count" | "pid" | "time">> {
    const { newId, nowUs, recorder } = this.#options;
    const code = error.code ?? "INTERNAL";
    const { file } = this.#config;
    const facts = { code, file: file ?? "", reason: error.message, ...digestIfReadable(file) };
    await recorder.record([rejectedRecord(facts, newId(), nowUs())], "durable").catch(() => {});
    return { code, message: error.message, ok: false };
  }
}

/** SHA-256 of the file, in hex; empty when there is none, and all is default. */
function digestOf(file: string | undefined): string {
  return file === undefined ? "" : createHash("sha256").update(readFileSync(file)).digest("hex");
}

function digestIfReadable(file: string | undefined): { digest?: string } {
  try {
    return { digest: digestOf(file) };
  } catch {
    return {};
  }
}
