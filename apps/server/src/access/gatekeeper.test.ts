import type { Directory } from "@custody/identity";
import { expect, test } from "vitest";
import { FailedAttempts } from "./failed-attempts.ts";
import { Gatekeeper, type GatekeeperOptions } from "./gatekeeper.ts";

const agent = { name: "coder", project: "shop", session: "s-1" };

/** A gate before which nobody is known but the agent of one token; and what it asked and put on record. */
function setUp() {
  const asked: string[] = [];
  const records: string[] = [];
  const identities: Pick<Directory, "principalOfSession" | "principalOfToken"> = {
    principalOfSession: () => undefined,
    principalOfToken: () => undefined,
  };
  const ask = async (name: string) => {
    asked.push(name);
    return agent;
  };
  const gatekeeper = new Gatekeeper({
    accessLog: {
      denied: async (_by, address, _route, of) => void records.push(`${of?.name} denied at ${address}`),
      refused: async (address) => void records.push(`refused at ${address}`),
    },
    attempts: new FailedAttempts(() => {}),
    hasPublicUrl: false,
    identities,
    link: { ask } as unknown as GatekeeperOptions["link"],
    nowMs: () => 0,
    sessionUse: { used: () => {} },
    token: "the token of this machine",
  });
  const guess = (at: number, address: string) => () =>
    gatekeeper.admit("records.read", {
      address,
      headers: { authorization: `Bearer guess-${at}` },
      route: "GET /api/records",
    });
  return { asked, guess, records };
}

test("whoever guesses too often is counted, and the data path is asked about their tokens no more", async () => {
  const { asked, guess, records } = setUp();
  for (let at = 0; at < 20; at += 1)
    expect(guess(at, "10.0.0.1")).toThrow(expect.objectContaining({ code: "token-refused" }));
  await expect.poll(() => records.length).toBe(20);
  expect(records[0]).toBe("coder denied at 10.0.0.1");
  expect(asked).toHaveLength(20);
  for (let at = 0; at < 200; at += 1)
    expect(guess(at, "10.0.0.1")).toThrow(expect.objectContaining({ code: "too-many-attempts" }));
  expect(asked).toHaveLength(20);
  expect(records.slice(20)).toEqual(Array(200).fill("refused at 10.0.0.1"));
  // Somebody else's tokens are still looked at.
  expect(guess(0, "10.0.0.2")).toThrow(expect.objectContaining({ code: "token-refused" }));
  expect(asked).toHaveLength(21);
});
