import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quantile } from "../measure.mjs";

/** Asks the running server as the local operator. */
export function api({ base, server }) {
  const token = readFileSync(join(base, "data", "local.token"), "utf8").trim();
  return async (path) => {
    const response = await fetch(new URL(path, server), { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${await response.text()}`);
    return response.json();
  };
}

/** Milliseconds of `count` requests, one after the other, and how many rows they gave. */
export async function timeRequests(ask, path, count) {
  const times = [];
  let rows = 0;
  for (let at = 0; at < count; at += 1) {
    const start = performance.now();
    rows = (await ask(typeof path === "function" ? path(at) : path)).rows.length;
    times.push(performance.now() - start);
  }
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), rows };
}

/** Resolves once the index has everything that the ledger has at the moment of the call. */
export async function indexed(ask, onProgress = () => {}) {
  const { ledger } = await ask("/api/status");
  for (;;) {
    const { index } = await ask("/api/status");
    if (index.cursor >= ledger.size) return;
    onProgress(index.cursor, ledger.size);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
