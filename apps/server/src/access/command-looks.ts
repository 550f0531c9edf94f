import type { AccessNote, Principal } from "@custody/identity";

/** What a command says that it looked at. */
export type CommandLook = Omit<Extract<AccessNote, { readonly kind: "command" }>, "kind">;

interface LookNote {
  readonly by: Principal;
  readonly request: AccessNote;
}

/** People who type commands stay below this; of each look of theirs there is a record with what was asked. */
const EACH_MAX = 10;

/** So many texts of those beyond, of up to 2000 characters each. */
const TEXTS_MAX = 20;

/** So many people and commands have windows of their own; of those beyond, each look is recorded. */
const WINDOWS_MAX = 1000;

interface Window {
  readonly by: Principal;
  readonly command: CommandLook["command"];
  /** How many of this window have a record of their own. */
  recorded: number;
  count: number;
  records: number;
  follows: boolean;
  readonly texts: Set<string>;
}

/** Looks by commands, by person and command: the first of a window are recorded one by one, and those beyond counted. */
export class CommandLooks {
  readonly #windows = new Map<string, Window>();

  /** What to record at once; undefined where it was counted. `who` tells apart whoever looks. */
  add(who: string, by: Principal, look: CommandLook): LookNote | undefined {
    const window = this.#windowOf(`${who} ${look.command}`, by, look.command);
    if (window.recorded < EACH_MAX) {
      window.recorded += 1;
      return { by, request: { ...look, kind: "command" } };
    }
    window.count += 1;
    window.records += look.records;
    window.follows ||= look.follows;
    if (window.texts.size < TEXTS_MAX) window.texts.add(look.asked);
    return undefined;
  }

  /** What was counted; the next ones begin anew. */
  take(): LookNote[] {
    const windows = [...this.#windows.values()].filter(({ count }) => count > 0);
    this.#windows.clear();
    return windows.map(({ by, command, count, follows, records, texts }) => ({
      by,
      request: { command, count, follows, kind: "commands", records, texts: [...texts] },
    }));
  }

  #windowOf(key: string, by: Principal, command: CommandLook["command"]): Window {
    const found = this.#windows.get(key);
    if (found !== undefined) return found;
    const window = {
      by,
      command,
      count: 0,
      follows: false,
      recorded: 0,
      records: 0,
      texts: new Set<string>(),
    };
    if (this.#windows.size < WINDOWS_MAX) this.#windows.set(key, window);
    return window;
  }
}
