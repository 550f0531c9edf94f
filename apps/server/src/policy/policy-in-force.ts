import type { AuditRecord } from "@custody/domain";
import { LedgerError, type LedgerReader } from "@custody/ledger";
import { compileRecorded, type Policy } from "@custody/policy";
import { HttpProblem } from "../http/http-problem.ts";
import type { Records } from "../records.ts";

/** When a policy was put in force: by a start, or by a reload. */
export interface PolicyLoading {
  /** The record that says so. */
  readonly index: number;
  readonly time: string;
  readonly occasion: "start" | "reload";
  /** The user of the operating system; nobody signs a file. */
  readonly by: string;
}

export interface PolicyInForce {
  readonly policy: Policy;
  readonly loaded: PolicyLoading;
  /** The first loading of those that follow each other without another policy between them. */
  readonly changed: PolicyLoading;
  /** It was in force before that as well; it is not looked for further back. */
  readonly isOlder: boolean;
}

/** Each start is one. */
const LOADINGS_MAX = 200;

/** The policy that the data path decides by: it is on record before the first decision. */
export class PolicyFinder {
  readonly #reader: LedgerReader;
  readonly #records: Records;
  #found: PolicyInForce | undefined;

  constructor(reader: LedgerReader, records: Records) {
    this.#reader = reader;
    this.#records = records;
  }

  /** @throws HttpProblem not-found, record-destroyed, record-damaged */
  async find(): Promise<PolicyInForce> {
    const filter = { type: "policy.loaded" };
    const { next, rows } = this.#records.list({ filter, limit: LOADINGS_MAX, view: "records" });
    const [newest, ...earlier] = rows;
    if (newest === undefined) throw new HttpProblem("not-found", "no policy is on record");
    if (this.#found?.loaded.index === newest.index) return this.#found;
    const details = await this.#details(newest.index);
    const policy = details && compileRecorded(details);
    if (details === undefined || policy === undefined)
      throw new HttpProblem(
        "record-destroyed",
        `the text of the policy, record ${newest.index}, was destroyed`,
      );
    const loaded = loadingOf(newest, details);
    let changed = loaded;
    let isOlder = next !== null;
    for (const row of earlier) {
      const before = await this.#details(row.index);
      if (before === undefined || before["digest"] !== details["digest"]) {
        isOlder = false;
        break;
      }
      changed = loadingOf(row, before);
    }
    this.#found = { changed, isOlder, loaded, policy };
    return this.#found;
  }

  /** Undefined for one that was destroyed. */
  async #details(index: number): Promise<Readonly<Record<string, unknown>> | undefined> {
    try {
      const { payload } = await this.#reader.entry(index);
      return payload && (JSON.parse(payload.toString("utf8")) as AuditRecord).details;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      throw new HttpProblem(
        "record-damaged",
        `record ${index} cannot be read (${error.code}): run custody verify`,
      );
    }
  }
}

function loadingOf(
  { index, time }: { readonly index: number; readonly time: string },
  { by, occasion }: Readonly<Record<string, unknown>>,
): PolicyLoading {
  return { by: String(by), index, occasion: occasion === "reload" ? "reload" : "start", time };
}
