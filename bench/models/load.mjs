import { Agent, request } from "node:http";
import { quantile } from "../measure.mjs";

const TICK_MS = 2;

/**
 * Sends requests at a rate, to each path in turn, whether or not earlier ones are answered, and tells how long each waited
 * for the first byte of its answer's body, in ms.
 */
export async function load({ body, headers = {}, paths, perSecond, port, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const waits = [];
  const failures = [];
  const pending = new Set();
  const began = performance.now();
  let sent = 0;
  while (performance.now() - began < seconds * 1000) {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
    for (; sent < due; sent += 1) {
      const path = paths[sent % paths.length];
      const one = ask({ agent, body: bodyOf(body, sent), headers, path, port })
        .then(
          (ms) => waits.push(ms),
          (error) => failures.push(error),
        )
        .finally(() => pending.delete(one));
      pending.add(one);
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(pending);
  agent.destroy();
  return {
    failures: failures.length,
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
    requests: waits.length,
  };
}

/** Each says something new, as a conversation does. */
function bodyOf(body, at) {
  return Buffer.from(body.replace("TURN", `turn ${at} ${Math.random()}`));
}

export function ask({ agent, body, headers, path, port }) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const asking = request(
      {
        agent,
        headers: { "content-length": body.length, "content-type": "application/json", ...headers },
        host: "127.0.0.1",
        method: "POST",
        path,
        port,
      },
      (response) => {
        let first;
        response.on("data", () => {
          first ??= performance.now() - began;
        });
        response.on("end", () =>
          response.statusCode === 200 ? resolve(first) : reject(new Error(`${response.statusCode}`)),
        );
        response.on("error", reject);
      },
    );
    asking.on("error", reject);
    asking.end(body);
  });
}
