import { expect, test } from "vitest";
import { ClientEnd } from "./client-end.ts";

test("each who listens hears it once, and who has left does not", () => {
  const end = new ClientEnd();
  const heard: string[] = [];
  end.heard(() => heard.push("first"));
  const leave = end.heard(() => heard.push("second"));
  leave();
  end.leave(new Error("gone"));
  end.leave(new Error("again"));
  expect(heard).toEqual(["first"]);
  expect(end.error?.message).toBe("gone");
});

test("who comes too late hears it at once", () => {
  const end = new ClientEnd();
  end.leave(new Error("gone"));
  let heard = 0;
  const leave = end.heard(() => {
    heard += 1;
  });
  leave();
  expect(heard).toBe(1);
});
