/** An event of about 1 KiB, as a proxy records it; the number makes each one different. */
export function event(number) {
  return {
    action: "0193a1f2-7b1c-7c31-8a52-3f6f0c1d2e3f",
    actor: {
      agent: { instance: "runner-17", name: "coder" },
      human: { assurance: "token", id: "u-17", name: "local operator" },
    },
    effect: { bytes: 512, rows: { affected: 1 }, source: "server", status: "ok", tag: "UPDATE 1" },
    links: { connection: "0193a1f2-7b1c-7c31-8a52-aaaaaaaaaaaa" },
    number,
    operations: [
      {
        kind: "update",
        objects: [{ database: "shop", name: "orders", resolved: "syntax", role: "write", schema: "public" }],
        tier: "write",
      },
    ],
    statement: {
      digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      parameters: [{ index: 1, type: "int4", value: "4711" }],
      text: "UPDATE public.orders SET state = 'shipped', shipped_at = now() WHERE id = $1 AND state = 'packed'",
    },
    target: { environment: "production", identity: "7411223344556677889", kind: "postgres", name: "shop" },
    time: "2026-01-01T00:00:00.000000Z",
    type: "db.statement.completed",
    v: 1,
  };
}
