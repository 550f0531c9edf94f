import { beforeAll, expect, test } from "vitest";
import { compile } from "../testing/children.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { surviveKills } from "../testing/kills.ts";

beforeAll(compile);

test("a writer that is killed again and again loses nothing that it acknowledged, not even what was only written", {
  timeout: 300_000,
}, async () => {
  await expect(surviveKills(temporaryDirectory(), 1, 20)).resolves.toBeUndefined();
});
