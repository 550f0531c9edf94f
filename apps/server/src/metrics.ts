import { statfs } from "node:fs/promises";
import { parseCheckpoint, parseNote } from "@custody/ledger/verifier";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { RouteParts } from "./routes/parts.ts";
import type { StreamHub } from "./stream/stream-hub.ts";

type MetricParts = Pick<RouteParts, "feed" | "link" | "nowMs" | "reader" | "records" | "settings">;

/** Numbers in Prometheus' format. Those of the data path are asked for when somebody looks. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #parts: MetricParts;
  readonly #streams: StreamHub;
  readonly #requests: Histogram;
  readonly #records: Gauge;
  readonly #webhookMessages: Gauge;
  readonly #gauges = new Map<string, Gauge>();
  #checkpointSize = -1;
  #checkpointSeenMs = 0;

  constructor(parts: MetricParts, streams: StreamHub) {
    this.#parts = parts;
    this.#streams = streams;
    const registers = [this.#registry];
    this.#requests = new Histogram({
      buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5],
      help: "Duration of answered HTTP requests",
      labelNames: ["http_request_method", "http_route", "http_response_status_code"],
      name: "http_server_request_duration_seconds",
      registers,
    });
    this.#records = new Gauge({
      help: "Records by type; db.statement.completed, .denied, .failed, .cancelled and .unknown are how statements ended",
      labelNames: ["type"],
      name: "custody_records",
      registers,
    });
    this.#webhookMessages = new Gauge({
      help: "Messages about alerts of this run: waiting to be delivered, delivered, or dead: given up",
      labelNames: ["webhook", "state"],
      name: "custody_webhook_messages",
      registers,
    });
    collectDefaultMetrics({ prefix: "custody_server_", register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  answered(method: string, route: string | undefined, status: number, elapsedMs: number): void {
    const labels = {
      http_request_method: method,
      // Never the path that was asked for, which is somebody else's to choose.
      http_response_status_code: String(status),
      http_route: route ?? "",
    };
    this.#requests.observe(labels, elapsedMs / 1000);
  }

  async text(): Promise<string> {
    await Promise.all([this.#lookAtDataPath(), this.#lookAtCheckpoint(), this.#lookAtDisk()]);
    const { feed, records } = this.#parts;
    this.#set("custody_index_entries", "Entries of the ledger that the index has", records.cursor);
    this.#set("custody_index_lag_entries", "Entries that the index has not read yet", feed.lag);
    // A type of which every record was destroyed is no more.
    this.#records.reset();
    for (const { count, value } of records.facets("records").types) this.#records.set({ type: value }, count);
    this.#set("custody_streams", "Open live streams", this.#streams.size);
    return this.#registry.metrics();
  }

  async #lookAtDataPath(): Promise<void> {
    const report = await this.#parts.link.ask("report", undefined).catch(() => undefined);
    this.#set("custody_data_path_up", "Whether the data path answers", report === undefined ? 0 : 1);
    if (report === undefined) return;
    const { alerts, connections, ledger, sessions } = report.status;
    this.#set("custody_alerts_open", "Alerts that nobody has seen", alerts.open);
    this.#webhookMessages.reset();
    for (const { dead, delivered, name, waiting } of alerts.webhooks)
      for (const [state, count] of Object.entries({ dead, delivered, waiting }))
        this.#webhookMessages.set({ state, webhook: name }, count);
    this.#set("custody_ledger_entries", "Entries of the ledger", ledger.size);
    this.#set("custody_ledger_durable_entries", "Entries that are on the disk", ledger.durableSize);
    this.#set("custody_ledger_failed", "Whether the ledger cannot write", ledger.failure === null ? 0 : 1);
    this.#set("custody_connections", "Open connections of agents", connections);
    this.#set("custody_sessions", "Sessions that may connect", sessions);
    this.#set(
      "custody_data_path_event_loop_delay_seconds",
      "The longest that the data path was late within the last 15 to 30 seconds",
      report.eventLoopDelaySeconds,
    );
    this.#set("custody_server_restarts", "How often this process was started again", report.serverRestarts);
  }

  /** Checkpoints carry no time, so their age is counted from when we first saw one. */
  async #lookAtCheckpoint(): Promise<void> {
    const { nowMs, reader } = this.#parts;
    const note = await reader.checkpoint();
    if (note === undefined) return;
    const { size } = parseCheckpoint(parseNote(note).text);
    if (size !== this.#checkpointSize) this.#checkpointSeenMs = nowMs();
    this.#checkpointSize = size;
    this.#set("custody_checkpoint_entries", "Entries that the newest published checkpoint covers", size);
    const isCurrent = size >= this.#parts.records.cursor;
    const age = isCurrent ? 0 : (nowMs() - this.#checkpointSeenMs) / 1000;
    this.#set(
      "custody_checkpoint_age_seconds",
      "For how long entries have waited for a newer checkpoint, as seen here; 0 when all are covered",
      age,
    );
  }

  async #lookAtDisk(): Promise<void> {
    const found = await statfs(this.#parts.settings.directory).catch(() => undefined);
    if (found === undefined) return;
    const help = "Free space where the data directory is";
    this.#set("custody_disk_free_bytes", help, found.bavail * found.bsize);
  }

  #set(name: string, help: string, value: number): void {
    let gauge = this.#gauges.get(name);
    if (gauge === undefined) {
      gauge = new Gauge({ help, name, registers: [this.#registry] });
      this.#gauges.set(name, gauge);
    }
    gauge.set(value);
  }
}
