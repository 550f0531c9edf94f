import { expect, test } from "vitest";
import { findSecrets, Redactor, StreamRedactor } from "./index.ts";

const SMALL = 4 * 1024;
const TIMES = 64;
/** Of a quadratic search it would be 64 times more than of a linear one. */
const SLACK = 10;

function timeOf(act: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const begin = performance.now();
    act();
    return performance.now() - begin;
  });
  return Math.max(0.2, Math.min(...times));
}

const hostile = [
  "eyJ",
  "eyJ.",
  "eyJaaaaaaaaaaaa.",
  "sk-",
  "sk-proj-",
  "token=",
  "token ",
  'secret="',
  "auth=",
  "://a:",
  "://",
  "bearer ",
  "bearer aaaaaaaaaaaa",
  "basic YWFh",
  "ghp_",
  "xoxb-",
  "sig=",
  "[secret:",
  "[",
  "\\",
  "\x1b]",
  "\x1b[31",
  "\x1b",
  " \r",
  "-----BEGIN PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAAAAAA\n",
  "password='",
  "--password ",
  "A: b\n",
  "T3BlbkFJ",
  "github_pat_",
  "1//0",
  "a",
  "A1",
];

test.each(hostile)("the time is linear in how often %j is repeated", (piece) => {
  const small = piece.repeat(Math.ceil(SMALL / piece.length));
  const large = small.repeat(TIMES);
  findSecrets(small);
  const ratio = timeOf(() => findSecrets(large)) / timeOf(() => findSecrets(small));
  expect(ratio).toBeLessThan(TIMES * SLACK);
});

test("nor does a stream of single characters take longer the more is held", () => {
  const redactor = new Redactor({
    key: Buffer.alloc(32),
    known: [{ name: "K", value: `${"ab".repeat(400)}c` }],
  });
  const timeFor = (length: number) =>
    timeOf(() => {
      const stream = new StreamRedactor(redactor);
      stream.push("-----BEGIN PRIVATE KEY-----\n");
      for (let at = 0; at < length; at += 8) stream.push("QUFBQUFB");
    });
  expect(timeFor(32 * 1024) / timeFor(2 * 1024)).toBeLessThan(16 * SLACK);
});
