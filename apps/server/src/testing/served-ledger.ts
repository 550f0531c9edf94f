import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditRecord, RecordDraft } from "@custody/domain";
import {
  accessDraft,
  Directory,
  IdentityBook,
  IdentityError,
  type IdentityRecord,
  type Principal,
  SEAL_KEY_LABEL,
  Sealer,
  snapshotOf,
} from "@custody/identity";
import {
  canonicalJson,
  fileKeySource,
  type Ledger,
  LedgerReader,
  type NewEntry,
  openLedger,
} from "@custody/ledger";
import type { InjectOptions } from "fastify";
// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { onTestFinished } from "vitest";
import { type AssembledServer, assembleServer } from "../assemble-server.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { identityProblem } from "../http/identity-problem.ts";
import type { IdentityAct } from "../process/data-path.ts";
import type { DataPathReport } from "../process/messages.ts";
import type { ServerSettings } from "../process/settings.ts";

export const token: string = "t".repeat(43);

let made = 0;

/** A record as the data path writes them, with what a test gives. */
export function recordOf(given: Partial<AuditRecord> = {}): AuditRecord {
  made += 1;
  const id = `01900000-0000-7000-8000-${String(made).padStart(12, "0")}`;
  return {
    action: id,
    actor: { service: "custody" },
    id,
    level: "info",
    links: {},
    location: { host: "here", timezone: "UTC" },
    message: { key: "test.note", params: {} },
    project: "default",
    source: { instance: "i", kind: "test", name: "t", sequence: made, vantage: "observed", version: "1" },
    time: new Date(1_700_000_000_000 + made).toISOString().replace("Z", "000Z"),
    type: "test.note",
    v: 1,
    ...given,
  };
}

export function entryOf(record: AuditRecord): NewEntry {
  return {
    payload: canonicalJson(record),
    scope: { class: "governance", project: record.project },
    sequence: record.source.sequence,
    source: record.source.instance,
    timeMs: Date.parse(record.time),
    type: record.type,
  };
}

/** Destroys the keys of a project's records. Returns the index of the order. */
export async function eraseProject(ledger: Ledger, project: string): Promise<number> {
  const keys: string[] = [];
  for await (const { id, scope } of ledger.keys()) if (scope.project === project) keys.push(id);
  const erasure = await ledger.erase({
    by: "tester",
    from: 0,
    to: ledger.size - 1,
    keys,
    reason: "asked for",
    rule: "by hand",
  });
  await erasure.purged;
  return erasure.order;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects is what it checks.
  readonly json: any;
}

export interface ServedLedger extends AssembledServer {
  readonly ledger: Ledger;
  readonly book: IdentityBook;
  /** Who looked, and who was refused. They stand here and not in the ledger, whose places tests count. */
  readonly notes: readonly RecordDraft[];
  readonly warnings: string[];
  readonly clock: { nowMs: number };
  /** Stopped when the test ends. */
  readonly timers: NodeJS.Timeout[];
  append(...records: readonly AuditRecord[]): Promise<void>;
  /** Asks with the local token, unless other headers are given. */
  ask(url: string, options?: InjectOptions): Promise<Answer>;
}

/** A ledger and the server on it, in this process; both end with the test. */
export async function serveLedger(settings: Partial<ServerSettings> = {}): Promise<ServedLedger> {
  const directory = mkdtempSync(join(tmpdir(), "custody-server-"));
  const describeEvent = ({ type, ...details }: { type: string }) =>
    canonicalJson(recordOf({ details, type }));
  const ledger = await openLedger({ describeEvent, directory });
  const warnings: string[] = [];
  const timers: NodeJS.Timeout[] = [];
  const clock = { nowMs: 1_700_000_000_000 };
  const link = await fakeLink(ledger, clock);
  const server = await assembleServer({
    link: link as never,
    nowMs: () => clock.nowMs,
    settings: { directory, host: "127.0.0.1", port: 0, token, version: "1.2.3", ...settings },
    url: () => "http://127.0.0.1:7070",
    warn: (text) => warnings.push(text),
  });
  await server.api.ready();
  onTestFinished(async () => {
    for (const timer of timers) clearInterval(timer);
    await server.close();
    await ledger.close();
    rmSync(directory, { force: true, recursive: true });
  });
  return {
    ...server,
    append: (...records) => ledger.appendAll(records.map(entryOf), "durable"),
    ask: async (url, options = {}) => {
      const headers = { authorization: `Bearer ${token}`, host: "127.0.0.1:7070" };
      const { statusCode, headers: answered, body } = await server.api.inject({ headers, url, ...options });
      return { headers: answered as IncomingHttpHeaders, json: parsed(body), status: statusCode, text: body };
    },
    book: link.book,
    notes: link.notes,
    clock,
    ledger,
    timers,
    warnings,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const exportedKey = {
  copy: "-----BEGIN AGE…",
  generation: 1,
  ledger: "00",
  made: "2026-11-20T17:57:41.650Z",
  origin: "here",
};

const aHold = {
  id: "01900000-0000-7000-8000-000000000004",
  state: "requested",
  action: "01900000-0000-7000-8000-000000000001",
  session: "s",
  project: "default",
  target: "shop",
  text: "{}",
  shown: "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
  waits: true,
  approvers: 1,
  isPasskeyNeeded: false,
  agreed: [],
  requestedAt: "2026-11-20T17:57:41.650000Z",
  expiresAt: "2026-11-20T18:07:41.650000Z",
  decidedAt: null,
  reason: null,
  hindrance: null,
};

const aBudget = {
  budget: "team",
  number: 1,
  per: "project",
  scope: "shop",
  period: "month",
  from: "2026-11-01T00:00:00.000Z",
  until: "2026-12-01T00:00:00.000Z",
  unit: "micros",
  limit: 20_000_000,
  settled: 12_400_000,
  reserved: 1_100_000,
  left: 6_500_000,
  // biome-ignore lint/suspicious/noThenProperty: it is a word, as the policy has it, and no promise.
  then: "hold",
  warnAt: 0.8,
  unpriced: 0,
  unknown: 0,
};

const anAlert = {
  count: 3,
  firstAction: "01900000-0000-7000-8000-000000000001",
  firstAt: "2026-11-20T17:57:41.650000Z",
  id: "01900000-0000-7000-8000-000000000003",
  key: '["statement-denied","s","shop"]',
  kind: "statement-denied",
  lastAction: "01900000-0000-7000-8000-000000000002",
  lastAt: "2026-11-20T17:57:42.650000Z",
  level: "warning",
  project: "default",
  subject: { agent: "robot", rule: "no-deletes", session: "s", target: "shop" },
};

/** The data path's side of people: the real book, and records in the real ledger. */
async function identitiesOf(ledger: Ledger, clock: { readonly nowMs: number }) {
  const keySource = fileKeySource(join(ledger.directory, "keys/master.key"));
  const reader = await LedgerReader.open({ directory: ledger.directory, keySource });
  const sealer = new Sealer(reader.deriveKey(SEAL_KEY_LABEL));
  const directory = new Directory(sealer);
  let listener: (record: IdentityRecord) => void = () => {};
  const notes: RecordDraft[] = [];
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `00000000-0000-7000-8000-${String(ids).padStart(12, "0")}`;
  };
  const nowUs = () => clock.nowMs * 1000;
  const recordOne = async (draft: object) => (await ledger.append(entryOf(recordOf(draft)))).index;
  const book = new IdentityBook({
    directory,
    newId,
    nowUs,
    onRecord: (record) => listener(record),
    recordOne,
    sealer,
  });
  const acts: Record<IdentityAct, (request: unknown, by: Principal) => Promise<unknown>> = {
    "accept-invitation": (request) => book.accept(request),
    "add-user": (request, by) => book.addUser(request, by),
    "change-roles": (request, by) => book.changeRoles(request, by),
    "change-totp": (request, by) => book.changeTotp(request, by),
    "confirm-device": (_, by) => book.confirmDevice(by),
    "create-token": (request, by) => book.createToken(request, by),
    "invite-owner": (_, by) => book.inviteOwner(by),
    "recover-owner": (request, by) => book.recoverOwner(request, by),
    "end-session": (request, by) => book.endSession(request, by),
    "name-sso": (request, by) => book.nameSso(request, by),
    lock: (request, by) => book.lock(request, by),
    "note-access": async (request, by) => {
      notes.push(accessDraft(request, by, { action: newId(), nowUs: nowUs() }));
    },
    "note-use": async () => {},
    "remove-user": (request, by) => book.removeUser(request, by),
    "reset-password": (request, by) => book.resetPassword(request, by),
    "revoke-token": (request, by) => book.revokeToken(request, by),
    "set-password": (request, by) => book.setPassword(request, by),
    "sign-in": (request) => book.signIn(request),
    "sign-in-passkey": (request) => book.signInWithPasskey(request),
    "sign-in-sso": (request) => book.signInWithSso(request),
    "enrol-key": (request, by) => book.enrolKey(request, by),
    "confirm-key": (request, by) => book.confirmKey(request, by),
    "remove-key": (request, by) => book.removeKey(request, by),
    "sign-out": (_, by) => book.signOut(by),
  };
  return {
    act: async (act: IdentityAct, request: unknown, by: Principal) => {
      try {
        return await acts[act](request, by);
      } catch (error) {
        throw error instanceof IdentityError ? identityProblem(error) : error;
      }
    },
    book,
    notes,
    known: () => ({ snapshot: snapshotOf(directory.state), usedMs: {} }),
    onIdentity: (listen: (record: IdentityRecord) => void) => {
      listener = listen;
    },
  };
}

/** What questions have in common, as far as this double looks at it. */
interface AskedBody {
  readonly act: string;
  readonly by: Principal;
  readonly request?: Readonly<Record<string, string>>;
}

async function fakeLink(ledger: Ledger, clock: { readonly nowMs: number }) {
  const identities = await identitiesOf(ledger, clock);
  const report = (): DataPathReport => ({
    eventLoopDelaySeconds: 0.01,
    serverRestarts: 0,
    status: {
      alerts: { open: 1, webhooks: [{ dead: 1, delivered: 2, failure: "down", name: "ops", waiting: 3 }] },
      connections: 1,
      erasures: [],
      data: ledger.directory,
      ledger: { durableSize: ledger.durableSize, failure: null, origin: ledger.origin, size: ledger.size },
      masterKey: { copiedAt: null, generation: ledger.keyGeneration, needsCopy: true, source: "a file" },
      pid: 1,
      sessions: 2,
      startedAt: "2026-01-31T12:00:00.000000Z",
      targets: [{ kind: "postgres", listen: "127.0.0.1:1", name: "shop", pin: null, refused: null }],
      version: "1.2.3",
    },
  });
  return {
    book: identities.book,
    notes: identities.notes,
    onIdentity: identities.onIdentity,
    ask: async (name: string, body: AskedBody) => {
      if (name === "identities") return identities.known();
      if (name === "identity") return identities.act(body.act as IdentityAct, body.request, body.by);
      if (name === "report") return report();
      if (name === "agentOf") return null;
      if (name === "listeningRuns") return [];
      if (name === "run") throw new HttpProblem("token-refused", "no run has this token");
      if (name === "alerts") return { alerts: [anAlert], next: null, open: 1 };
      if (name === "administer" && ["freezes", "grants", "holds", "targets"].includes(String(body.act)))
        return [];
      if (name === "administer" && body.act === "budgets")
        return { budgets: [aBudget], defined: 1, next: null };
      if (name === "administer" && body.act === "waiting-one") return aHold;
      if (name === "administer" && body.act === "waiting") return { holds: [], next: null };
      if (name === "recordCheckpoint") {
        const event = body as unknown as Readonly<Record<string, string>>;
        const record = recordOf({ details: event, type: event["type"] ?? "" });
        await ledger.append(entryOf(record));
        return { index: ledger.size - 1 };
      }
      if (name === "heldKeys")
        return { current: await fileKeySource(join(ledger.directory, "keys/master.key")).read() };
      if (body.act === "record-simulation") return { action: "a", index: 7 };
      if (body.act === "export-key") return { ...exportedKey, ...body.request };
      const { agent } = body.request ?? {};
      if (agent === "broken") throw new Error("a secret path: /etc/shadow");
      if (agent === "refused") throw new HttpProblem("request-invalid", "no");
      return {
        agent,
        env: {},
        expires: "",
        hooks: {},
        mcp: {},
        models: {},
        project: "",
        session: "s",
        targets: {},
      };
    },
  };
}
