import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { IdentityError } from "@custody/identity";
import { HttpProblem } from "../http/http-problem.ts";
import { identityProblem } from "../http/identity-problem.ts";
import type { DataPath } from "./data-path.ts";
import type { DataPathReport, FromServer, Questions } from "./messages.ts";
import { ServerChild } from "./server-child.ts";
import type { ServerSettings } from "./settings.ts";

export interface ServerProcessOptions {
  readonly settings: ServerSettings;
  readonly dataPath: DataPath;
  /** Tells the operator something. */
  readonly warn: (text: string) => void;
  /** After so much silence the process is taken to hang, and replaced; a minute unless given. */
  readonly silenceMaxMs?: number;
}

export interface ServerProcess {
  readonly url: string;
  /** A link that signs one browser in, once, within ten minutes. */
  readonly signInUrl: string;
  /** Of the process that runs at the moment. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

/** Growth is announced at most this often; it costs a statement nothing, since only a timer looks at the size. */
const ANNOUNCE_INTERVAL_MS = 25;

/** What is reported is the longest delay of this window and the one before, whoever asks, and however often. */
const DELAY_WINDOW_MS = 15_000;

const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 10_000;

/** A run that lasted this long was a good one: the next pause is short again. */
const GOOD_RUN_MS = 30_000;

/** No search over millions of records takes so long. */
const SILENCE_MAX_MS = 60_000;

const FIRST_PATIENCE_MS = 3000;
const NEXT_PATIENCE_MS = 10_000;

/**
 * Starts the server as a process of its own, and keeps it running.
 *
 * It is a process and not a thread, so that nothing in it can touch the data path: neither a crash of native code, nor
 * a search that takes all memory, nor a kill. When it ends it is started again, after a pause that doubles.
 *
 * @throws ServerError when it does not start the first time
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const keeper = new ServerKeeper(options);
  return keeper.start();
}

class ServerKeeper {
  readonly #options: ServerProcessOptions;
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  #child: ServerChild;
  #delayBeforeNs = 0;
  #windows: NodeJS.Timeout | undefined;
  #announcer: NodeJS.Timeout | undefined;
  #announcedSize = -1;
  #announcedAlerts = -1;
  #restarts = 0;
  readonly #closing = new AbortController();
  readonly #endIdentities: () => void;
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: ServerProcessOptions) {
    this.#options = options;
    this.#child = this.#newChild(options.settings, FIRST_PATIENCE_MS);
    this.#endIdentities = options.dataPath.identities.onRecord((record) =>
      this.#child.send({ kind: "identity", record }),
    );
  }

  async start(): Promise<ServerProcess> {
    this.#delay.enable();
    this.#windows = setInterval(() => {
      this.#delayBeforeNs = this.#delay.max;
      this.#delay.reset();
    }, DELAY_WINDOW_MS).unref();
    try {
      const { url, port, signInUrl } = await this.#child.start();
      this.#announcer = setInterval(() => this.#announce(), ANNOUNCE_INTERVAL_MS).unref();
      this.#keeping = this.#keep(port);
      const child = () => this.#child;
      return {
        close: () => this.close(),
        get pid() {
          return child().pid;
        },
        signInUrl,
        url,
      };
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#endIdentities();
    clearInterval(this.#announcer);
    clearInterval(this.#windows);
    this.#delay.disable();
    await this.#child.stop();
    await this.#keeping;
  }

  async #keep(port: number): Promise<void> {
    const { settings, warn } = this.#options;
    const { signal } = this.#closing;
    let pauseMs = PAUSE_MS_MIN;
    for (;;) {
      const startedMs = performance.now();
      const how = await this.#child.exited;
      if (signal.aborted) return;
      if (performance.now() - startedMs > GOOD_RUN_MS) pauseMs = PAUSE_MS_MIN;
      warn(`the server's process ended (${how}); it starts again in ${pauseMs} ms, and recording goes on`);
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
      this.#restarts += 1;
      this.#announcedSize = -1;
      this.#announcedAlerts = -1;
      this.#child = this.#newChild({ ...settings, port }, NEXT_PATIENCE_MS);
      await this.#child.start().catch((error: Error) => {
        if (!signal.aborted) warn(error.message);
        this.#child.kill();
      });
    }
  }

  #newChild(settings: ServerSettings, listenPatienceMs: number): ServerChild {
    const { silenceMaxMs = SILENCE_MAX_MS, warn } = this.#options;
    return new ServerChild({
      listenPatienceMs,
      onQuestion: (question, child) => void this.#answer(question, child),
      settings,
      silenceMaxMs,
      warn,
    });
  }

  #announce(): void {
    const { dataPath } = this.#options;
    const { size } = dataPath;
    const alerts = dataPath.alerts.mark;
    if (size === this.#announcedSize && alerts.version === this.#announcedAlerts) return;
    if (!this.#child.sendIfIdle({ alerts, kind: "appended", size })) return;
    this.#announcedSize = size;
    this.#announcedAlerts = alerts.version;
  }

  async #answer(
    { id, name, body }: Extract<FromServer, { kind: "question" }>,
    child: ServerChild,
  ): Promise<void> {
    try {
      const answer = await this.#answerTo(name, body);
      child.send({ answer, id, kind: "answer" });
    } catch (error) {
      const problem =
        error instanceof IdentityError
          ? identityProblem(error)
          : error instanceof HttpProblem
            ? error
            : new HttpProblem("internal", "internal error");
      child.send({ code: problem.code, id, kind: "refusal", message: problem.message });
    }
  }

  async #answerTo(name: keyof Questions, body: unknown): Promise<unknown> {
    const { dataPath } = this.#options;
    if (name === "report") return this.#report();
    if (name === "openSession") {
      const { by, request } = body as Questions["openSession"]["body"];
      return dataPath.openSession(request, by);
    }
    if (name === "run") {
      const { act, request, session, tokenDigest } = body as Questions["run"]["body"];
      return dataPath.runs.act(act, session, tokenDigest, request);
    }
    if (name === "listeningRuns")
      return dataPath.runs.listening((body as Questions["listeningRuns"]["body"]).sessions);
    if (name === "identities") return dataPath.identities.known();
    if (name === "identity") {
      const { act, by, request } = body as Questions["identity"]["body"];
      return dataPath.identities.act(act, request, by);
    }
    if (name === "agentOf") return dataPath.agentOf((body as Questions["agentOf"]["body"]).tokenDigest);
    if (name === "recordCheckpoint") return dataPath.recordCheckpoint(body);
    if (name === "recordReports") {
      const { by, events } = body as Questions["recordReports"]["body"];
      return dataPath.recordReports(events, by);
    }
    if (name === "heldKeys") return dataPath.heldKeys();
    if (name === "alerts") return dataPath.alerts.page(body as Questions["alerts"]["body"]);
    if (name === "acknowledgeAlert")
      return dataPath.alerts.acknowledge((body as Questions["acknowledgeAlert"]["body"]).id);
    if (name === "testWebhooks")
      return dataPath.alerts.test((body as Questions["testWebhooks"]["body"]).webhook);
    const { act, by, request } = body as Questions["administer"]["body"];
    return dataPath.administer(act, request, by);
  }

  #report(): DataPathReport {
    const eventLoopDelaySeconds = Math.max(this.#delay.max, this.#delayBeforeNs) / 1e9;
    return {
      eventLoopDelaySeconds,
      serverRestarts: this.#restarts,
      status: this.#options.dataPath.status(),
    };
  }
}
