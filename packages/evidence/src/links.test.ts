import type { Envelope } from "@custody/ledger/verifier";
import { expect, it } from "vitest";
import { type Finding, Findings } from "./finding.ts";
import { Links } from "./links.ts";

function envelope(i: number, given: Partial<Envelope> = {}): Envelope {
  const rest = {
    c: "",
    e: 1,
    k: "",
    len: 256,
    n: 0,
    p: `leaf ${i - 1}`,
    t: "db.x",
    ten: "",
    ts: 1,
    v: 1,
    x: "",
  } as const;
  return { ...rest, i, sq: i, src: "source", ...given };
}

function linksOf(...envelopes: readonly Envelope[]): { findings: readonly Finding[]; links: Links } {
  const findings = new Findings();
  const links = new Links(findings);
  for (const each of envelopes) links.add(each, `leaf ${each.i}`);
  return { findings: findings.list, links };
}

it("a session that names each entry before it is whole", () => {
  const { findings, links } = linksOf(
    envelope(3, { ses: "s" }),
    envelope(5, { ses: "s", sp: "leaf 3" }),
    envelope(6, { ses: "s", sp: "leaf 5" }),
  );
  expect(findings).toEqual([]);
  expect(links.restarts).toBe(0);
});

it("an entry that is left out is missed by the one behind it, also at the beginning", () => {
  const { findings } = linksOf(
    envelope(3, { ses: "s", sp: "leaf 1" }),
    envelope(6, { ses: "s", sp: "leaf 5" }),
  );
  expect(findings).toEqual([
    { code: "SESSION_GAP", index: 3 },
    { code: "SESSION_GAP", index: 6 },
  ]);
});

it("a writer that was started anew begins the links anew, and that is not called a gap", () => {
  const { findings, links } = linksOf(
    envelope(3, { ses: "s" }),
    envelope(6, { ses: "s", sq: 0, src: "after the start" }),
    envelope(9, { ses: "s", sp: "leaf 6", sq: 1, src: "after the start" }),
  );
  expect(findings).toEqual([]);
  expect(links).toMatchObject({ firstRestart: 6, restarts: 1 });
});

it("a source may number what is of others in between, but no more than there is room for, and not backwards", () => {
  expect(linksOf(envelope(3, { sq: 10 }), envelope(9, { sq: 16 })).findings).toEqual([]);
  expect(linksOf(envelope(3, { sq: 10 }), envelope(9, { sq: 11 })).findings).toEqual([]);
  for (const sq of [17, 10, 9])
    expect(linksOf(envelope(3, { sq: 10 }), envelope(9, { sq })).findings).toEqual([
      { code: "SOURCE_GAP", index: 9 },
    ]);
});

it("neighbours in the log must name each other", () => {
  expect(linksOf(envelope(3), envelope(4)).findings).toEqual([]);
  expect(linksOf(envelope(3), envelope(4, { p: "another" })).findings).toEqual([
    { code: "ENTRY_OUT_OF_PLACE", index: 4 },
  ]);
});

it("evidence that is wrong everywhere does not fill the memory", () => {
  const findings = new Findings();
  for (let at = 0; at < 5000; at += 1) findings.add({ code: "RECORD_CHANGED", index: at });
  expect(findings).toMatchObject({ count: 5000, list: { length: 1000 } });
});
