import { type AuditRecord, type RecordFilter, rfc3339 } from "@custody/domain";
import { type LedgerReader, ORDER_TYPE, orderIn } from "@custody/ledger";
import type { View } from "../query/scan.ts";

const LEVELS = ["debug", "info", "warning", "error", "critical"];
const TIERS = ["read", "write", "destructive", "admin"];

/**
 * Every entry of a ledger, as the lists are documented: the plainest way to find what fits. What an order destroyed that
 * stands behind it is in no list.
 */
export class NaiveIndex {
  readonly records: AuditRecord[] = [];
  readonly #latest = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #destroyed = new Set<number>();
  readonly #words: ReadonlySet<string>[] = [];

  async follow(reader: LedgerReader): Promise<void> {
    await reader.refresh();
    for await (const { index, payload, envelope } of reader.entries(this.records.length)) {
      const parsed = payload && (JSON.parse(payload.toString("utf8")) as AuditRecord);
      // The ledger's own events are no records here, and destroyed ones are none any more.
      const record = parsed?.id === undefined ? foreign(index, envelope) : parsed;
      this.records.push(record);
      this.#keys.push(envelope.k);
      const order = envelope.t === ORDER_TYPE && payload ? orderIn(payload) : undefined;
      for (const [at, key] of order === undefined ? [] : this.#keys.entries())
        if (at < index && order?.keys.includes(key)) this.#destroyed.add(at);
    }
    this.#latest.clear();
    for (const [index, { action }] of this.records.entries())
      if (!this.isDestroyed(index)) this.#latest.set(action, index);
  }

  isDestroyed(index: number): boolean {
    return this.#destroyed.has(index);
  }

  isShown(index: number, filter: RecordFilter, view: View): boolean {
    const record = this.records[index] as AuditRecord;
    if (this.isDestroyed(index)) return false;
    if (view === "actions" && this.#latest.get(record.action) !== index) return false;
    const tables = (record.operations ?? []).flatMap(({ objects }) => objects);
    const tiers = (record.operations ?? []).map(({ tier }) => TIERS.indexOf(tier));
    return (
      (filter.session === undefined || record.session === filter.session) &&
      (filter.type === undefined || isType(record.type, filter.type)) &&
      (filter.target === undefined || record.target?.name === filter.target) &&
      (filter.agent === undefined || record.actor.agent?.name === filter.agent) &&
      (filter.human === undefined || record.actor.human?.name === filter.human) &&
      (filter.project === undefined || record.project === filter.project) &&
      (filter.level === undefined || LEVELS.indexOf(record.level) >= LEVELS.indexOf(filter.level)) &&
      (filter.tier === undefined || TIERS[Math.max(...tiers)] === filter.tier) &&
      (filter.table === undefined ||
        tables.some(({ name, schema }) => name === filter.table || `${schema}.${name}` === filter.table)) &&
      (filter.since === undefined || record.time >= filter.since) &&
      (filter.until === undefined || record.time < filter.until) &&
      (filter.search === undefined ||
        naiveWords(filter.search).every((word) => this.#wordsOf(index).has(word)))
    );
  }

  #wordsOf(index: number): ReadonlySet<string> {
    this.#words[index] ??= new Set(naiveWords(wholeText(this.records[index] as AuditRecord)));
    return this.#words[index];
  }

  /** Newest first. */
  list(filter: RecordFilter, view: View, before: number = this.records.length): number[] {
    return Array.from({ length: before }, (_, at) => before - 1 - at).filter((index) =>
      this.isShown(index, filter, view),
    );
  }
}

function foreign(index: number, envelope: { t: string; ts: number }): AuditRecord {
  const time = rfc3339(envelope.ts * 1000);
  return {
    action: String(index),
    actor: {},
    id: String(index),
    level: "error",
    project: "",
    time,
    type: envelope.t,
  } as unknown as AuditRecord;
}

function isType(type: string, pattern: string): boolean {
  if (!pattern.includes("*")) return type === pattern || type.startsWith(`${pattern}.`);
  return new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(type);
}

function wholeText({
  actor,
  decision,
  details,
  effect,
  operations,
  project,
  statement,
  target,
}: AuditRecord): string {
  const own = [
    statement?.text,
    ...(statement?.parameters ?? []).map(({ value }) => value),
    effect?.error,
    effect?.code,
    ...Object.values(details ?? {}).map(String),
  ];
  const text = Buffer.from(own.filter((each) => each !== undefined).join(" "));
  const beginning = text.length <= 8192 ? text : text.subarray(0, 8192);
  return [
    beginning.toString("utf8").replace(/\ufffd+$/, ""),
    ...(operations ?? []).flatMap(({ objects, verb }) => [
      verb,
      ...objects.map(({ name, schema }) => `${schema ?? ""} ${name}`),
    ]),
    decision?.rule,
    actor.agent?.name,
    actor.human?.name,
    actor.service,
    project,
    target?.name,
    target?.database,
    target?.user,
  ].join(" ");
}

/** Letters and digits in a row, without accents; each Han character by itself. */
function naiveWords(text: string): string[] {
  const bare = text
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "");
  return bare.match(/\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}\p{Mc}])+/gu) ?? [];
}
