import { expect, test } from "vitest";
import { isWithin, parseGrant } from "./grants.ts";
import { MACHINE_KINDS, may, OPERATOR, OPERATOR_PAGE, type Principal, projectsOf } from "./principal.ts";
import { ACTS, allows, COLUMNS, ROLES, reachOf } from "./roles.ts";

const person = (...roles: string[]): Principal => ({
  ...OPERATOR,
  grants: roles.map(parseGrant),
  kind: "person",
});

/** What a person has to decide, and what would let somebody decide it later. */
const DECISIONS = [
  "holds.decide",
  "thaw",
  "policy.change",
  "users.change",
  "tokens.own",
  "tokens.any",
] as const;

test("every row has a reach and a mark for each column", () => {
  for (const act of ACTS) expect(["all", "any", "project"], act).toContain(reachOf(act));
  // What nobody may do would be a row that was written wrongly.
  for (const act of ACTS)
    expect(
      COLUMNS.some((column) => allows(column, act)),
      act,
    ).toBe(true);
  expect(ACTS.filter((act) => !allows("owner", act))).toEqual(["pages.open", "users.recover-owner"]);
});

test("the local token runs the machine, and decides nothing", () => {
  for (const act of DECISIONS) expect(may(OPERATOR, act), act).toBe(false);
  for (const act of ["status.read", "freeze", "keys.export", "retention.change", "sessions.open"] as const)
    expect(may(OPERATOR, act), act).toBe(true);
  expect(projectsOf(OPERATOR, "records.read")).toBe("all");
});

test("a program's token decides nothing and reads no records, whatever role it was given", () => {
  for (const kind of MACHINE_KINDS)
    for (const role of ROLES) {
      const machine = { ...person(role), kind };
      const beyond = ["records.read", "records.read-own", "records.export", "users.read", "freeze"] as const;
      for (const act of [...DECISIONS, ...beyond]) {
        expect(may(machine, act), `${kind} ${role} ${act}`).toBe(false);
        expect(projectsOf(machine, act)).toEqual([]);
      }
    }
  expect(may({ ...person("member"), kind: "agent" }, "sessions.open")).toBe(true);
  expect(may({ ...person("viewer"), kind: "agent" }, "sessions.open")).toBe(false);
});

test("a page that the operator opened looks, and does nothing", () => {
  for (const act of [...DECISIONS.slice(0, 4), "freeze", "sessions.open", "keys.rotate"] as const)
    expect(may(OPERATOR_PAGE, act), act).toBe(false);
  expect(may(OPERATOR_PAGE, "records.read")).toBe(true);
});

test("a role for one project reaches no other, and nothing that is of all", () => {
  const approver = person("approver@shop", "viewer@lab");
  expect(may(approver, "holds.decide", "shop")).toBe(true);
  expect(may(approver, "holds.decide", "lab")).toBe(false);
  expect(may(approver, "holds.decide")).toBe(true);
  expect(may(approver, "holds.decide", "")).toBe(false);
  expect(may(approver, "freeze")).toBe(false);
  expect(may(approver, "status.read")).toBe(true);
  expect(projectsOf(approver, "records.read")).toEqual(["lab", "shop"]);
  expect(projectsOf(person("viewer", "member@shop"), "records.read")).toBe("all");
  expect(projectsOf(person("member@shop"), "records.read")).toEqual(["shop"]);
});

test("a grant is within what somebody has when it permits nothing more", () => {
  const held = [parseGrant("approver@shop"), parseGrant("viewer")];
  expect(isWithin(parseGrant("viewer@shop"), held)).toBe(true);
  expect(isWithin(parseGrant("approver@shop"), held)).toBe(true);
  expect(isWithin(parseGrant("approver@lab"), held)).toBe(false);
  expect(isWithin(parseGrant("approver"), held)).toBe(false);
  expect(isWithin(parseGrant("admin"), held)).toBe(false);
  for (const role of ROLES) expect(isWithin({ role }, [{ role: "owner" }])).toBe(true);
});

test.each(["king", "owner@shop", "viewer@", "", "@shop", "Owner"])("%j is no role", (text) => {
  expect(() => parseGrant(text)).toThrow(expect.objectContaining({ code: "REQUEST_INVALID" }));
});

test("a token for reporting reports where its role says, and opens no session", () => {
  const reporter = { ...person("member@shop"), kind: "sdk" } as const;
  expect(may(reporter, "log.write", "shop")).toBe(true);
  expect(may(reporter, "log.write", "lab")).toBe(false);
  expect(may(reporter, "sessions.open", "shop")).toBe(false);
  expect(may({ ...person("viewer"), kind: "sdk" }, "log.write")).toBe(false);
  for (const other of [{ ...person("owner"), kind: "agent" } as const, OPERATOR, OPERATOR_PAGE])
    expect(may(other, "log.write")).toBe(false);
});
