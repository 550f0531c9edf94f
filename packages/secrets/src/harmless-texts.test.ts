import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findSecrets } from "./index.ts";
import { madeOf } from "./testing/planted-secrets.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(?:node_modules|dist|testing)$/.test(entry.name) ? [] : filesOf(path);
    return /\.(?:ts|tsx|css|md|json)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

test("a project's own code has none", () => {
  const files = [...filesOf("packages"), ...filesOf("apps"), "package-lock.json"];
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return findSecrets(text).map(({ end, kind, start }) => `${path}: ${kind}: ${text.slice(start, end)}`);
  });
  expect(found).toEqual([]);
});

test.each([
  [
    "identifiers",
    'id = "550e8400-e29b-41d4-a716-446655440000", session 0190a5f2-7a3b-7c4d-8e5f-0123456789ab',
  ],
  ["an identifier in a token's place", "token: 550e8400-e29b-41d4-a716-446655440000"],
  ["a commit", "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 (HEAD -> main, tag: v1.2.3)"],
  ["digests", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  [
    "an integrity",
    '"integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="',
  ],
  [
    "an image",
    `<img src="data:image/png;base64,${madeOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 20_000, 3)}==">`,
  ],
  [
    "code about tokens",
    'const token = tokens[index + 1]; if (token.type !== TokenType.Colon2) throw new Error("token " + i);',
  ],
  [
    "code about passwords",
    "password: req.body.password1, confirmPassword: z.string().min(8), passwordHash: hash(password, 10)",
  ],
  [
    "variables",
    'DATABASE_URL="postgres://$USER:$PASSWORD@$HOST/db" TOKEN=$GITHUB_TOKEN SECRET={{ .Values.secret }}',
  ],
  [
    "blanks",
    "password=<your password> api_key: YOUR_API_KEY_HERE secret: xxxxxxxxxxxxxxxx token=****************",
  ],
  ["types", "secret: string; token?: Promise<string>; password: Uint8Array; apiKey: string | undefined"],
  ["counts", '"max_tokens": 128000, "input_tokens": 12345678, "token_count": 99999999'],
  [
    "SQL",
    "SELECT token_id, password_changed_at FROM users WHERE created_at > '2026-01-01T00:00:00Z' AND id = 12345678",
  ],
  [
    "speech",
    "The secret of good tokens: keep the password short. Basic questions, bearer bonds, and authorization.",
  ],
  [
    "addresses",
    "see https://example.com:8080/a@b, git@github.com:a/b.git and https://npmjs.com/package/@scope/name",
  ],
  [
    "identifiers of models",
    "gpt-4o-mini-2024-07-18 claude-sonnet-4-5-20250929 toolu_01A09q90qw90lq917835lq9 msg_01XFDUDYJgAACzvnptvVoYEL",
  ],
  [
    "words with dashes",
    "risk-management-for-large-organisations-in-the-21st-century task-1234567890123456789012345678901234",
  ],
])("%s stay", (_what, text) => {
  expect(findSecrets(text).map(({ end, kind, start }) => `${kind}: ${text.slice(start, end)}`)).toEqual([]);
});
