import { expect, test } from "vitest";
import { OPERATOR, OPERATOR_PAGE } from "../access/principal.ts";
import { accessDraft } from "./access-records.ts";

const stamp = { action: "a", nowUs: 0 };

test("who looked stands in the record, with exact counts", () => {
  const note = { filters: ["project=shop"], indexes: ["7"], kind: "read", lists: 3, records: 12, streams: 1 };
  expect(accessDraft(note, OPERATOR_PAGE, stamp)).toMatchObject({
    actor: { human: { id: "local" } },
    details: {
      by: "local operator",
      filters: ["project=shop"],
      lists: 3,
      method: "sign-in link",
      records: 12,
    },
    level: "debug",
    type: "access.read",
  });
});

test("a command that looked says what was asked, and nothing of what it found", () => {
  const note = { asked: "type=db", command: "log", follows: false, kind: "command", records: 12 };
  expect(accessDraft(note, OPERATOR_PAGE, stamp)).toMatchObject({
    details: { asked: "type=db", command: "log", follows: false, records: 12 },
    level: "debug",
    message: { params: { command: "log", records: 12 } },
    type: "access.command",
  });
  expect(accessDraft({ ...note, command: "export" }, OPERATOR_PAGE, stamp).level).toBe("info");
  const other = { ...note, command: "rm" };
  expect(() => accessDraft(other, OPERATOR_PAGE, stamp)).toThrow(
    expect.objectContaining({ code: "REQUEST_INVALID" }),
  );
});

test("commands that were counted say how many looked, and the first of what was asked", () => {
  const note = {
    command: "log",
    count: 290,
    follows: true,
    kind: "commands",
    records: 870,
    texts: ["type=db"],
  };
  expect(accessDraft(note, OPERATOR_PAGE, stamp)).toMatchObject({
    details: { command: "log", count: 290, follows: true, records: 870, texts: ["type=db"] },
    level: "debug",
    message: { params: { command: "log", records: 870 } },
    type: "access.command",
  });
  expect(accessDraft({ ...note, command: "export" }, OPERATOR_PAGE, stamp).level).toBe("info");
});

test("who was refused is nobody, whatever name was typed", () => {
  const note = { address: "127.0.0.1", count: 4, kind: "refused", name: "ada", user: "u" };
  expect(accessDraft(note, OPERATOR_PAGE, stamp)).toMatchObject({
    actor: { service: "custody" },
    details: { address: "127.0.0.1", count: 4, name: "ada", user: "u" },
    level: "warning",
    type: "access.sign-in-refused",
  });
});

test("many who were denied are nobody in particular, and not the operator", () => {
  const note = { address: "many", count: 9, isMany: true, kind: "denied", route: "many" };
  const draft = accessDraft(note, OPERATOR, stamp);
  expect(draft).toMatchObject({
    actor: { service: "custody" },
    details: { address: "many", count: 9, method: "many", name: "many", route: "many" },
    level: "warning",
    type: "access.denied",
  });
  expect(draft.actor.human).toBeUndefined();
  expect(JSON.stringify(draft)).not.toContain(OPERATOR.name);
});

test("who asked for what is not theirs is known; an agent has no business there at all", () => {
  const note = { address: "127.0.0.1", count: 1, kind: "denied", route: "POST /api/holds/:id/approve" };
  expect(accessDraft(note, OPERATOR_PAGE, stamp)).toMatchObject({
    actor: { human: { id: "local" } },
    details: { method: "sign-in link", name: "local operator", route: note.route },
    level: "warning",
    type: "access.denied",
  });
  const agent = { name: "coder", project: "shop", session: "s-1" };
  const draft = accessDraft({ ...note, agent }, OPERATOR_PAGE, stamp);
  expect(draft).toMatchObject({
    details: { method: "agent token", name: "coder" },
    level: "error",
    project: "shop",
    session: "s-1",
  });
  expect(draft.actor).toEqual({ agent: { instance: "s-1", name: "coder" } });
});

test.each([{}, { kind: "read" }, { kind: "other" }, null])("%j is no note", (note) => {
  expect(() => accessDraft(note, OPERATOR_PAGE, stamp)).toThrow(
    expect.objectContaining({ code: "REQUEST_INVALID" }),
  );
});
