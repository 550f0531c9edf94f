import { expect, test, vi } from "vitest";
import type { Records } from "../records.ts";
import { LiveFeed } from "./live-feed.ts";

/** Records of which each look finds what `finds` says: how many entries there are, or why it cannot look. */
function recordsThat(finds: (look: number) => number): { readonly records: Records; looks(): number } {
  let cursor = 0;
  let looks = 0;
  const records = {
    get cursor() {
      return cursor;
    },
    follow: async () => {
      looks += 1;
      cursor = finds(looks);
    },
  };
  return { looks: () => looks, records: records as unknown as Records };
}

test("what cannot be read at once is looked for again, though the ledger grows no further", async () => {
  const warnings: string[] = [];
  const { records } = recordsThat((look) => {
    if (look === 1) throw new Error("the disk is slow");
    return 7;
  });
  const feed = new LiveFeed(records, (text) => warnings.push(text));
  feed.grown(7);
  await expect.poll(() => feed.cursor).toBe(7);
  expect(warnings).toEqual(["the index cannot follow the ledger: the disk is slow"]);
  feed.close();
});

test("entries that stay on their way to the log file for long are found once they are there", async () => {
  vi.useFakeTimers();
  try {
    let isWritten = false;
    const { looks, records } = recordsThat(() => (isWritten ? 7 : 0));
    const feed = new LiveFeed(records, () => {});
    feed.grown(7);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(feed.cursor).toBe(0);
    // Whoever waits for a disk is not asked forty times a second.
    expect(looks()).toBeLessThan(400);
    isWritten = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(feed.cursor).toBe(7);
    feed.close();
  } finally {
    vi.useRealTimers();
  }
});

test("after it was closed it looks no more", async () => {
  vi.useFakeTimers();
  try {
    const { looks, records } = recordsThat(() => 0);
    const feed = new LiveFeed(records, () => {});
    feed.grown(7);
    await vi.advanceTimersByTimeAsync(1000);
    feed.close();
    const before = looks();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks()).toBeLessThanOrEqual(before + 1);
  } finally {
    vi.useRealTimers();
  }
});

test("what is announced in the very moment in which it stops to look is looked for as well", async () => {
  // How many turns lie between the end of a look and the announcement: what was lost once lay two turns behind.
  for (let turns = 0; turns < 10; turns += 1) {
    const { records } = recordsThat((look) => {
      if (look === 1) void afterTurns(turns, () => feed.grown(2));
      return look;
    });
    const feed = new LiveFeed(records, () => {});
    feed.grown(1);
    await expect.poll(() => feed.cursor, { message: `${turns} turns` }).toBe(2);
    feed.close();
  }
});

async function afterTurns(turns: number, act: () => void): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await undefined;
  act();
}
