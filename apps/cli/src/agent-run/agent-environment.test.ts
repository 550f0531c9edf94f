import type { NewSession } from "@custody/server";
import { expect, test } from "vitest";
import { agentEnvironment, presetInput } from "./agent-environment.ts";
import { secretsIn } from "./known-secrets.ts";
import { presetCommand } from "./presets/all-presets.ts";
import { shellQuote } from "./shell-quote.ts";

const address = (kind: "anthropic" | "openai" | "gemini", isKeyHeld = false) => ({
  isKeyHeld,
  kind,
  url: `http://127.0.0.1:7071/the-token/${kind}`,
});

const sessionOf = (given: Partial<NewSession> = {}): NewSession => ({
  agent: "robot",
  env: { SHOP_DATABASE_URL: "postgres://s:the-token@127.0.0.1:6432/shop" },
  expires: "",
  hooks: {},
  mcp: {},
  models: {},
  project: "default",
  session: "the-session",
  targets: {},
  ...given,
});

const environmentOf = (session: NewSession, variables: Record<string, string>) =>
  agentEnvironment(session, presetInput(session, variables));

test("the agent has what the caller has, with the session's addresses, and without what opens Custody", () => {
  const variables = {
    CUSTODY_TOKEN: "mine",
    CUSTODY_URL: "http://x",
    HOME: "/home/a",
    SHOP_DATABASE_URL: "postgres://real",
  };
  expect(environmentOf(sessionOf(), variables)).toEqual({
    CUSTODY_SESSION: "the-session",
    CUSTODY_URL: "http://x",
    HOME: "/home/a",
    SHOP_DATABASE_URL: "postgres://s:the-token@127.0.0.1:6432/shop",
  });
});

test("Codex is told by its command line, and keeps its own key or its own sign-in", () => {
  const session = sessionOf({ models: { openai: address("openai") } });
  const of = (command: string[], variables: Record<string, string> = {}) =>
    presetCommand(command, presetInput(session, variables));
  const provider = (access: string) =>
    `model_providers.custody={name="Custody",base_url="http://127.0.0.1:7071/the-token/openai/v1",wire_api="responses",${access}}`;
  const chosen = ["-c", 'model_provider="custody"', "-c"];
  expect(of(["/opt/bin/codex", "exec", "fix"], { OPENAI_API_KEY: "k" })).toEqual([
    "/opt/bin/codex",
    ...chosen,
    provider('env_key="OPENAI_API_KEY"'),
    "exec",
    "fix",
  ]);
  expect(of(["codex"])).toEqual(["codex", ...chosen, provider("requires_openai_auth=true")]);
  expect(of(["claude", "-p", "x"])).toEqual(["claude", "-p", "x"]);
  expect(presetCommand(["codex"], presetInput(sessionOf(), {}))).toEqual(["codex"]);
});

test("opencode's configuration is merged with what the caller has, and left alone where that cannot be read", () => {
  const session = sessionOf({ models: { anthropic: address("anthropic", true), gemini: address("gemini") } });
  const given = { model: "anthropic/x", provider: { anthropic: { options: { timeout: 5 } }, other: {} } };
  const { OPENCODE_CONFIG_CONTENT: content = "" } = environmentOf(session, {
    OPENCODE_CONFIG_CONTENT: JSON.stringify(given),
  });
  expect(JSON.parse(content)).toEqual({
    model: "anthropic/x",
    provider: {
      anthropic: {
        options: { apiKey: "the-token", baseURL: "http://127.0.0.1:7071/the-token/anthropic/v1", timeout: 5 },
      },
      google: { options: { baseURL: "http://127.0.0.1:7071/the-token/gemini/v1beta" } },
      other: {},
    },
  });
  expect(environmentOf(session, { OPENCODE_CONFIG_CONTENT: "{ // mine" })).toMatchObject({
    OPENCODE_CONFIG_CONTENT: "{ // mine",
  });
  expect(environmentOf(sessionOf(), {})).not.toHaveProperty("OPENCODE_CONFIG_CONTENT");
});

test("secrets are known by their variables' names, and by where they stand in addresses", () => {
  const found = secretsIn({
    ANTHROPIC_API_KEY: "sk-ant-1234567890",
    DATABASE_URL: "postgres://app:p%40ssw0rd-long@db/shop",
    DB_PASSWORD: "correct horse",
    EMPTY_TOKEN: "",
    GITHUB_TOKEN: "ghp_0123456789",
    HOME: "/home/somebody",
    KEYBOARD_LAYOUT: "us-international",
    MONKEY: "not-a-secret-at-all",
    PWD: "/home/somebody/work",
    SHORT_TOKEN: "short",
    SSH_AUTH_SOCK: "/tmp/ssh-agent.socket",
  });
  expect(Object.fromEntries(found.map(({ name, value }) => [value, name]))).toEqual({
    "correct horse": "DB_PASSWORD",
    ghp_0123456789: "GITHUB_TOKEN",
    "p%40ssw0rd-long": "DATABASE_URL",
    "p@ssw0rd-long": "DATABASE_URL",
    "sk-ant-1234567890": "ANTHROPIC_API_KEY",
  });
});

test("a command is recorded as a shell would take it, and a huge one is cut", () => {
  expect(shellQuote(["sh", "-c", "echo 'a b'", "", "$x", "a=b"])).toBe(
    `sh -c 'echo '\\''a b'\\''' '' '$x' a=b`,
  );
  const long = shellQuote(["echo", "x".repeat(100_000)]);
  expect(long.length).toBeLessThan(16_384);
  expect(long.endsWith("…")).toBe(true);
});
