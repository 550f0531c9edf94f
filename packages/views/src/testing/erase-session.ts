import type { Ledger } from "@custody/ledger";

/** Destroys the keys of a session, and with them its records. Returns the index of the order. */
export async function eraseSession(ledger: Ledger, session: string): Promise<number> {
  const keys: string[] = [];
  for await (const { id, scope } of ledger.keys()) if (scope.session === session) keys.push(id);
  const order = { by: "tester", from: 0, to: 0, keys, reason: "asked for", rule: "by hand" };
  const erasure = await ledger.erase(order);
  await erasure.purged;
  return erasure.order;
}
