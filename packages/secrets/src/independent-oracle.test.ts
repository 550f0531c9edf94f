import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import { expect, test } from "vitest";
import { Redactor } from "./index.ts";
import { madeOf, placesOfValues, secretsOfKinds } from "./testing/planted-secrets.ts";

/** Where somebody else's search for secrets finds one. */
async function foundByOthers(content: string): Promise<string[]> {
  const id = "@secretlint/secretlint-rule-preset-recommend";
  const { messages } = await lintSource({
    source: { filePath: "text.txt", content, ext: ".txt", contentType: "text" },
    options: { noPhysicFilePath: true, config: { rules: [{ id, rule: creator, options: {} }] } },
  });
  return messages.map(({ range, ruleId }) => `${ruleId}: ${content.slice(...range)}`);
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const corpus = Array.from({ length: 40 }, (_, at) => at + 1).map((seed) => {
  const own = Object.values(secretsOfKinds(seed)).flat();
  const named = placesOfValues.map(([before, after]) => `${before}${madeOf(alphabet, 40, seed)}${after}`);
  const links = ["mysql", "mongodb", "postgresql", "https"].map(
    (scheme) => `${scheme}://someone:${madeOf(alphabet, 16, seed)}@host.example.org/path`,
  );
  return [...own, ...named, ...links].join("\nand then\n");
});

test("what others find in a corpus of planted secrets, they do not find in it redacted", async () => {
  const redactor = new Redactor({ key: Buffer.alloc(32, 1) });
  let count = 0;
  for (const text of corpus) {
    count += (await foundByOthers(text)).length;
    // An address with a mark for its password still looks to them like one with a password.
    const left = (await foundByOthers(redactor.redact(text))).filter(
      (each) => !/:\[secret:[^@]*\]@/.test(each),
    );
    expect(left).toEqual([]);
  }
  // An oracle that finds nothing at all would be content with anything.
  expect(count).toBeGreaterThan(400);
});
