import type { RecordFilter } from "@custody/domain";
import { type AccessNote, OPERATOR, type Principal } from "@custody/identity";
import type { Agent } from "../process/data-path.ts";
import type { DataPathLink } from "../process/data-path-link.ts";
import { type CommandLook, CommandLooks } from "./command-looks.ts";

/** A thousand looks a minute are one record at their beginning, and one that counts the others. */
const WINDOW_MS = 60_000;

/** So many people who look have windows of their own; of those beyond, each look is recorded. */
const READERS_MAX = 1000;

/** Whoever guesses may do so from many addresses, and for many names: those beyond share one window. */
const REFUSED_MAX = 100;

const INDEXES_MAX = 100;
const FILTERS_MAX = 20;

type Look = { readonly index: number } | { readonly filter: RecordFilter; readonly isStream: boolean };

interface ReadWindow {
  readonly by: Principal;
  records: number;
  lists: number;
  streams: number;
  readonly indexes: Set<string>;
  readonly filters: Set<string>;
}

interface RefusedWindow {
  readonly name: string;
  readonly user: string | undefined;
  readonly address: string;
  count: number;
}

interface DeniedWindow {
  readonly by: Principal;
  readonly address: string;
  readonly agent: Agent | undefined;
  readonly route: string;
  /** Those for whom there is no window of their own. */
  readonly isMany?: true;
  count: number;
}

/** What is counted for all of them together is no act of anybody's. */
const MANY = { address: "many", agent: undefined, by: OPERATOR, isMany: true, route: "many" } as const;

/**
 * Puts on record who looked, and who was not let in. The first of each is recorded before it is answered; what follows
 * within a minute is counted, so that neither a busy screen nor a storm of guesses fills the ledger.
 */
export class AccessLog {
  readonly #link: Pick<DataPathLink, "ask">;
  readonly #warn: (text: string) => void;
  readonly #reads = new Map<string, ReadWindow>();
  readonly #refused = new Map<string, RefusedWindow>();
  readonly #denied = new Map<string, DeniedWindow>();
  readonly #commands = new CommandLooks();
  readonly #timer: NodeJS.Timeout;

  constructor(link: Pick<DataPathLink, "ask">, warn: (text: string) => void) {
    this.#link = link;
    this.#warn = warn;
    this.#timer = setInterval(() => void this.flush(), WINDOW_MS).unref();
  }

  /** Resolves once the look is on record, or counted. A ledger that cannot write keeps nobody from looking into it. */
  async looked(by: Principal, look: Look): Promise<void> {
    const key = keyOf(by);
    const found = this.#reads.get(key);
    if (found !== undefined) return count(found, look);
    const window = empty(by);
    count(window, look);
    await this.#record(noteOf(window), by).catch(() => this.#lost());
    if (this.#reads.size < READERS_MAX) this.#reads.set(key, empty(by));
  }

  /** A command has looked. Unlike `looked`, it rejects when that cannot be recorded: the command tells who ran it. */
  async ran(by: Principal, look: CommandLook): Promise<void> {
    const note = this.#commands.add(keyOf(by), by, look);
    if (note !== undefined) await this.#record(note.request, note.by);
  }

  /** `user` and `name` are of a person there is; of the others nothing is kept but the address. */
  async refused(address: string, person?: { readonly id: string; readonly name: string }): Promise<void> {
    const isFull = this.#refused.size >= REFUSED_MAX;
    const key = isFull ? "" : `${person?.id ?? ""} ${address}`;
    const found = this.#refused.get(key);
    if (found !== undefined) {
      found.count += 1;
      return;
    }
    const window: RefusedWindow = {
      address: isFull ? "many" : address,
      count: 0,
      name: isFull ? "many" : (person?.name ?? "nobody"),
      user: isFull ? undefined : person?.id,
    };
    this.#refused.set(key, window);
    await this.#record({ ...window, count: 1, kind: "refused" }, OPERATOR).catch(() => this.#lost());
  }

  /** Asked for what is not theirs: by whoever it is, or an agent. `route` has nothing of what the client put into it. */
  async denied(by: Principal, address: string, route: string, agent?: Agent): Promise<void> {
    const who = agent?.session ?? keyOf(by);
    const own = [who, address, route].join(" ");
    const isFull = this.#denied.size >= REFUSED_MAX && !this.#denied.has(own);
    const key = isFull ? "" : own;
    const found = this.#denied.get(key);
    if (found !== undefined) {
      found.count += 1;
      return;
    }
    const window: DeniedWindow = { ...(isFull ? MANY : { address, agent, by, route }), count: 0 };
    this.#denied.set(key, window);
    await this.#record(deniedNote({ ...window, count: 1 }), window.by).catch(() => this.#lost());
  }

  /** Records what was counted, and lets the next ones begin anew. */
  async flush(): Promise<void> {
    const reads = [...this.#reads.values()].filter(
      ({ lists, records, streams }) => lists + records + streams > 0,
    );
    const refused = [...this.#refused.values()].filter(({ count }) => count > 0);
    const denied = [...this.#denied.values()].filter(({ count }) => count > 0);
    this.#reads.clear();
    this.#refused.clear();
    this.#denied.clear();
    const notes = [
      ...reads.map((window) => this.#record(noteOf(window), window.by)),
      ...this.#commands.take().map(({ by, request }) => this.#record(request, by)),
      ...refused.map((window) => this.#record({ ...window, kind: "refused" }, OPERATOR)),
      ...denied.map((window) => this.#record(deniedNote(window), window.by)),
    ];
    const ends = await Promise.allSettled(notes);
    if (ends.some(({ status }) => status === "rejected")) this.#lost();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  #lost(): void {
    this.#warn("who looked, or was refused, within the last minute could not be recorded");
  }

  async #record(request: AccessNote, by: Principal): Promise<void> {
    await this.#link.ask("identity", { act: "note-access", by, request });
  }
}

/** Tells apart whoever asks, and each way in that they have. */
function keyOf(by: Principal): string {
  return [by.id, by.method, by.session, by.token?.id].join(" ");
}

function empty(by: Principal): ReadWindow {
  return { by, filters: new Set(), indexes: new Set(), lists: 0, records: 0, streams: 0 };
}

function count(window: ReadWindow, look: Look): void {
  if ("index" in look) {
    window.records += 1;
    if (window.indexes.size < INDEXES_MAX) window.indexes.add(String(look.index));
    return;
  }
  if (look.isStream) window.streams += 1;
  else window.lists += 1;
  if (window.filters.size < FILTERS_MAX)
    window.filters.add(
      new URLSearchParams({ ...look.filter } as Record<string, string>).toString().slice(0, 2000),
    );
}

function deniedNote({ by: _, ...window }: DeniedWindow): AccessNote {
  return { ...window, kind: "denied" };
}

function noteOf({ filters, indexes, lists, records, streams }: ReadWindow): AccessNote {
  return { filters: [...filters], indexes: [...indexes], kind: "read", lists, records, streams };
}
