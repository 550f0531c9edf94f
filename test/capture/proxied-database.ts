import { randomBytes, randomUUID } from "node:crypto";
import { type AddressInfo, createServer, connect as netConnect } from "node:net";
import {
  PostgresProxy,
  type PostgresProxyOptions,
  type PostgresSession,
  type TargetPins,
} from "@custody/capture/postgres";
import type { Action, Decider, Decision, RecordDraft, Recorder, Safety } from "@custody/domain";
import { makeScramVerifier } from "@custody/wire/scram";

/** Records kept in memory, with what was asked of each: a double for the ledger, to look at capture alone. */
export class MemoryRecorder implements Recorder {
  readonly drafts: RecordDraft[] = [];
  readonly safeties: Safety[] = [];
  failure: Error | undefined;

  record(drafts: readonly RecordDraft[], safety: Safety): Promise<void> | undefined {
    if (this.failure) return Promise.reject(this.failure);
    for (const draft of drafts) {
      // As the real recorder does: what is recorded is what it is now.
      this.drafts.push(structuredClone(draft));
      this.safeties.push(safety);
    }
    return safety === "queued" ? undefined : Promise.resolve();
  }

  async settle(_safety: "written" | "durable"): Promise<void> {
    if (this.failure) throw this.failure;
  }

  /** Records of statements, without those of a kind that a test does not care about. */
  statements(): RecordDraft[] {
    return this.drafts.filter(({ type }) => type.startsWith("db.statement."));
  }

  types(): string[] {
    return this.drafts.map(({ type }) => type);
  }

  /** Forgets what came before: a test's preparations. */
  clear(): void {
    this.drafts.length = 0;
    this.safeties.length = 0;
  }
}

/** For tests of anything else: whatever answers is taken. */
export const anyServer: TargetPins = { check: async () => ({ verdict: "same" }) };

const allowAll: Decider = {
  decide: () => ({ effect: "allow", policy: "test", reasons: [], rule: "test" }),
};

/** Denies what the predicate names, and allows everything else. */
export function denying(isDenied: (action: Action) => boolean): Decider {
  const denied: Decision = { effect: "deny", policy: "test", reasons: ["the test says no"], rule: "test-no" };
  return { decide: (action) => (isDenied(action) ? denied : allowAll.decide(action)) };
}

/** Whether one of the operations has this verb, or touches this table. */
export function touches(action: Action, what: string): boolean {
  return action.operations.some(
    ({ verb, objects }) => verb === what || objects.some(({ name }) => name === what),
  );
}

export interface ProxiedDatabase {
  readonly url: string;
  readonly port: number;
  readonly recorder: MemoryRecorder;
  readonly proxy: PostgresProxy;
  close(): Promise<void>;
}

export interface ProxiedOptions extends Partial<Omit<PostgresProxyOptions, "recorder">> {
  readonly recorder?: MemoryRecorder;
  /** When the token of the session ends, by default in an hour. */
  readonly expiresAtUs?: number;
}

/** A proxy on a loopback port before the database at `url`, with one session that may sign in. */
export async function proxyDatabase(url: string, options: ProxiedOptions = {}): Promise<ProxiedDatabase> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const database = pathname.slice(1);
  const { recorder = new MemoryRecorder(), expiresAtUs = Date.now() * 1000 + 3_600_000_000 } = options;
  const identity = {
    id: randomUUID(),
    project: "default",
    actor: { agent: { instance: "i-1", name: "test" } },
  };
  const token = randomBytes(32).toString("base64url");
  const verifier = makeScramVerifier(token, randomBytes(16), 4096);
  const session: PostgresSession = { identity, verifier, expiresAtUs };
  const proxy = new PostgresProxy({
    target: { name: "shop", environment: "development" },
    upstream: { host: hostname, port: Number(port), database, user: username, password },
    connect: () =>
      new Promise((resolve, reject) => {
        const socket = netConnect({ host: hostname, port: Number(port), noDelay: true });
        socket.once("connect", () => resolve(socket));
        socket.once("error", reject);
      }),
    durability: "ordered",
    maxStatementBytes: 16 * 1024 * 1024,
    decider: allowAll,
    pins: anyServer,
    clock: { nowUs: () => Date.now() * 1000, monotonicUs: () => performance.now() * 1000 },
    newId: randomUUID,
    findSession: (id) => (id === identity.id ? session : undefined),
    defaultSession: identity,
    ...options,
    recorder,
  });
  // Half-open, because a client may send its last query and say at once that nothing more will come.
  const server = createServer(
    { noDelay: true, allowHalfOpen: true },
    (socket) => void proxy.serve(socket, "127.0.0.1"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const listening = (server.address() as AddressInfo).port;
  return {
    url: `postgres://${identity.id}:${token}@127.0.0.1:${listening}/${database}`,
    port: listening,
    recorder,
    proxy,
    async close() {
      server.close();
      await proxy.drain(0);
    },
  };
}
