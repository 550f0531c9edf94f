import { type AccessNote, OPERATOR, type Principal } from "@custody/identity";
import { expect, onTestFinished, test } from "vitest";
import type { DataPathLink } from "../process/data-path-link.ts";
import { AccessLog } from "./access-log.ts";

interface Noted {
  readonly by: Principal;
  readonly request: AccessNote;
}

/** A log, and what the data path is told by it. */
function setUp() {
  const notes: Noted[] = [];
  const ask = async (_: string, body: unknown) => {
    notes.push(body as Noted);
  };
  const log = new AccessLog({ ask } as unknown as Pick<DataPathLink, "ask">, () => {});
  onTestFinished(() => log.close());
  return { log, notes };
}

const person = (name: string): Principal => ({
  assurance: "password",
  grants: [],
  id: name,
  kind: "person",
  method: "password",
  name,
});

test("those who are denied beyond a hundred a minute are counted together, under nobody's name", async () => {
  const { log, notes } = setUp();
  for (let at = 0; at < 100; at += 1)
    await log.denied(person(`p${at}`), `10.0.0.${at}`, "POST /api/users/invite");
  notes.length = 0;
  const agent = { name: "coder", project: "shop", session: "s-1" };
  await log.denied(person("first beyond"), "10.0.1.1", "POST /api/freezes");
  await log.denied(person("second beyond"), "10.0.1.2", "GET /api/users");
  await log.denied(OPERATOR, "10.0.1.3", "GET /api/users", agent);
  // Whoever has a window goes on being counted there.
  await log.denied(person("p0"), "10.0.0.0", "POST /api/users/invite");
  await log.flush();
  const many = { address: "many", isMany: true, kind: "denied", route: "many" };
  expect(notes.map(({ by, request }) => [by.id, request])).toEqual([
    [OPERATOR.id, { ...many, count: 1 }],
    ["p0", { address: "10.0.0.0", count: 1, kind: "denied", route: "POST /api/users/invite" }],
    [OPERATOR.id, { ...many, count: 2 }],
  ]);
});
