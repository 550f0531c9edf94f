import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Execution } from "./execution.ts";
import { type Expected, ExpectedReplies } from "./expected.ts";

const describeReply = (): Expected => ({ kind: "describe" });
const syncReply = (): Expected => ({ kind: "sync" });

describe("ExpectedReplies", () => {
  test("after an error, everything up to the next Sync is skipped, and Sync stays", () => {
    const replies = new ExpectedReplies();
    const [one, two, end, later] = [describeReply(), describeReply(), syncReply(), describeReply()];
    for (const reply of [one, two, end, later]) replies.push(reply);
    expect(replies.skipToSync()).toEqual([one, two]);
    expect(replies.head).toBe(end);
    expect(replies.count).toBe(2);
  });

  test("what is sent after an error is ignored until a Sync is sent", () => {
    const replies = new ExpectedReplies();
    replies.push(describeReply());
    replies.skipToSync();
    expect(replies.push(describeReply())).toBe(false);
    expect(replies.push({ kind: "query", executions: [], at: 0 })).toBe(false);
    expect(replies.push(syncReply())).toBe(true);
    expect(replies.push(describeReply())).toBe(true);
    expect(replies.count).toBe(2);
  });

  test("knows whether the end of a segment is owed", () => {
    const replies = new ExpectedReplies();
    replies.push(describeReply());
    expect(replies.owesEnd).toBe(false);
    replies.push(syncReply());
    expect(replies.owesEnd).toBe(true);
    replies.shift();
    replies.shift();
    expect(replies.owesEnd).toBe(false);
  });

  test("only the Syncs within a COPY are dropped with it", () => {
    const replies = new ExpectedReplies();
    const copy = {} as Execution;
    const other = {} as Execution;
    const all: Expected[] = [
      describeReply(),
      { kind: "sync", copy },
      { kind: "sync", copy: other },
      syncReply(),
    ];
    for (const reply of all) replies.push(reply);
    replies.dropSyncsWithin(copy);
    expect(replies.drain()).toEqual([all[0], all[2], all[3]]);
  });

  test("once it is drained, nothing will be answered any more", () => {
    const replies = new ExpectedReplies();
    replies.push(syncReply());
    expect(replies.drain()).toHaveLength(1);
    expect(replies.push(syncReply())).toBe(false);
    expect(replies.count).toBe(0);
  });

  test("keeps its order through thousands of replies, of which one is always open", () => {
    const replies = new ExpectedReplies();
    let open = describeReply();
    replies.push(open);
    for (let turn = 0; turn < 5000; turn += 1) {
      const next = turn % 3 === 0 ? syncReply() : describeReply();
      replies.push(next);
      expect(replies.head).toBe(open);
      replies.shift();
      expect(replies.count).toBe(1);
      open = next;
    }
  });

  test("is a queue, whatever is pushed, taken and skipped in whatever order", () => {
    const step = fc.constantFrom("push", "sync", "take", "error");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const replies = new ExpectedReplies();
        let model: Expected[] = [];
        let isSkipping = false;
        for (const kind of steps) {
          if (kind === "push" || kind === "sync") {
            const reply = kind === "push" ? describeReply() : syncReply();
            if (kind === "sync") isSkipping = false;
            expect(replies.push(reply)).toBe(!isSkipping);
            if (!isSkipping) model.push(reply);
          } else if (kind === "take" && model.length > 0) {
            model.shift();
            replies.shift();
          } else if (kind === "error" && model.length > 0) {
            const end = model.findIndex((reply) => reply.kind === "sync");
            isSkipping = end === -1;
            expect(replies.skipToSync()).toEqual(isSkipping ? model : model.slice(0, end));
            model = isSkipping ? [] : model.slice(end);
          }
          expect(replies.head).toBe(model[0]);
          expect(replies.count).toBe(model.length);
        }
      }),
    );
  });
});
