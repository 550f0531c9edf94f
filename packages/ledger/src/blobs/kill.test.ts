import { beforeAll, expect, test } from "vitest";
import { surviveBlobKills } from "../testing/blob-kills.ts";
import { compile } from "../testing/children.ts";
import { temporaryDirectory } from "../testing/directory.ts";

beforeAll(compile);

test("a writer that is killed again and again loses no blob that it acknowledged", {
  timeout: 240_000,
}, async () => {
  expect(await surviveBlobKills(temporaryDirectory(), 1, 5)).toBeGreaterThan(5);
});
