import { randomUUID } from "node:crypto";
import type { Action, Decider, Decision, RecordDraft, TableRows } from "@custody/domain";
import { type Answer, applyHoldRecord, type Held, HoldDesk, type Holds } from "@custody/policy";

/** A desk over records in memory, which come through the same reducer as those of the ledger. */
export class MemoryDesk {
  readonly drafts: RecordDraft[] = [];
  readonly desk: HoldDesk;
  #holds: Holds = new Map();
  #nowUs: number | undefined;
  #seen: (() => void)[] = [];

  constructor() {
    const self = this;
    this.desk = new HoldDesk({
      grants: () => new Map(),
      newId: randomUUID,
      nowUs: () => self.#nowUs ?? Date.now() * 1000,
      register: {
        loaded: Promise.resolve(),
        get state() {
          return self.#holds;
        },
        record: async (draft) => {
          self.drafts.push(structuredClone(draft));
          self.#holds = applyHoldRecord(self.#holds, JSON.parse(JSON.stringify(draft)) as RecordDraft);
          for (const seen of self.#seen.splice(0)) seen();
          return self.drafts.length - 1;
        },
      },
    });
  }

  /** The one that waits, once there is one. */
  async waiting(count = 1): Promise<Held> {
    for (;;) {
      const open = this.desk.holds.filter(({ state }) => state === "requested");
      if (open.length >= count) return open[0] as Held;
      await new Promise<void>((resolve) => this.#seen.push(resolve));
    }
  }

  async answer(
    verdict: Answer["verdict"],
    more: Partial<Answer> & { readonly id?: string } = {},
  ): Promise<Held> {
    const { id, ...answer } = more;
    const held = id === undefined ? await this.waiting() : (this.desk.find(id) as Held);
    return this.desk.decide(held.id, { by: ADA, shown: held.shown, verdict, ...answer });
  }

  /** From now on it is so much later. */
  later(ms: number): void {
    this.#nowUs = (this.#nowUs ?? Date.now() * 1000) + ms * 1000;
  }

  types(): string[] {
    return this.drafts.map(({ type }) => type);
  }
}

const ADA = { assurance: "password", id: "u-ada", method: "password", name: "Ada" } as const;

/** Whatever is destructive needs a human; so does what changes more than `rowsMax` rows. */
export function guarding(
  options: Partial<Decision> & { readonly rowsMax?: number } = {},
): Decider & { policy: string; isFrozen: boolean } {
  const { rowsMax, ...more } = options;
  const changed: number[] = [];
  const decider = {
    count: (_action: Action, byTable: readonly TableRows[]) => void changed.push(total(byTable)),
    decide(action: Action): Decision {
      const base = { policy: decider.policy, reasons: ["a human looks at it"], ...more };
      const writes = action.operations.some(({ tier }) => tier !== "read");
      if (decider.isFrozen && (writes || action.commitsWrites))
        return { ...base, effect: "deny", rule: "freeze" };
      if (action.operations.some(({ objects }) => objects.some(({ name }) => name === "pg_read_file")))
        return { ...base, effect: "deny", rule: "files" };
      if (action.operations.some(({ tier }) => tier === "destructive" || tier === "admin"))
        return { ...base, effect: "approve", rule: "destructive" };
      return writes && rowsMax !== undefined
        ? { ...base, effect: "allow", isMeasured: true, rule: "rows" }
        : { ...base, effect: "allow", rule: "default" };
    },
    isFrozen: false,
    judge(_action: Action, byTable: readonly TableRows[] | undefined): Decision {
      const base = { policy: decider.policy, reasons: ["too many rows"], ...more };
      const isOver = byTable === undefined || total(byTable) > (rowsMax ?? 0);
      return { ...base, effect: isOver ? "approve" : "allow", rule: isOver ? "rows" : "default" };
    },
    policy: "p1",
  };
  return decider;
}

function total(byTable: readonly TableRows[]): number {
  return byTable.reduce((sum, { deleted, inserted, updated }) => sum + deleted + inserted + updated, 0);
}
