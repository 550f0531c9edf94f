import pg from "pg";
import type { TestContext } from "vitest";
import type { Custody } from "../end-to-end/custody-process.ts";
import { ModelServer } from "../models/model-server.ts";
import { scripted } from "../models/script.ts";
import { PageFixture } from "./page-fixture.ts";

/** What a hostile prompt, answer, tool input and statement may hold. */
export const HOSTILE = 'pay\u202eload \u200b\u001b[31m <img src=x onerror="document.title=1"> \u2066end';

interface Session {
  readonly session: string;
  readonly env: Readonly<Record<string, string>>;
  readonly targets: { readonly shop: { readonly url: string } };
}

/** A page before a Custody with a model gateway, and sessions in which agents asked models and did what those said. */
export class ModelScene {
  readonly fixture: PageFixture;
  readonly #models: ModelServer;

  private constructor(fixture: PageFixture, models: ModelServer) {
    this.fixture = fixture;
    this.#models = models;
  }

  static async start(context: Pick<TestContext, "skip">, policy?: string): Promise<ModelScene> {
    const command = { command: "psql -c 'DELETE FROM orders'" };
    const models = await ModelServer.start({
      script: scripted({
        hostile: [{ calls: [{ input: { command: HOSTILE }, name: "Bash" }], text: HOSTILE }],
        orders: [{ calls: [{ input: command, name: "Bash" }], text: "I delete them" }, { text: "all gone" }],
      }),
    });
    const yaml = `models:
  listen: 127.0.0.1:0
  environment: development
  anthropic: { upstream: '${models.url}', key: { env: MODEL_KEY } }
`;
    const variables = { MODEL_KEY: "sk-ant-held-key-0123456789" };
    const fixture = await PageFixture.start(context, async () => {}, {
      ...(policy === undefined ? undefined : { policy }),
      variables,
      yaml,
    });
    return new ModelScene(fixture, models);
  }

  get #custody(): Custody {
    return this.fixture.custody;
  }

  async newSession(agent: string): Promise<Session> {
    const { code, stderr, stdout } = await this.#custody.run(
      "session",
      "new",
      "--agent",
      agent,
      "--machine",
      "--json",
    );
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Session;
  }

  /** A prompt, a request, a tool call that the model asks for, statements while it runs, and its result. */
  async turn(
    session: Session,
    prompt: string,
    statements: readonly string[],
    model = "claude-sonnet-4-5",
  ): Promise<void> {
    const said = { content: prompt, role: "user" };
    const answer = await this.#ask(session, [said], model);
    const tool = /toolu_\d+/.exec(answer)?.[0];
    const client = new pg.Client({ connectionString: session.targets.shop.url });
    client.on("error", () => {});
    await client.connect();
    for (const statement of statements) await client.query(statement).catch(() => {});
    await client.end();
    const called = { id: tool, input: { command: "psql" }, name: "Bash", type: "tool_use" };
    const result = { content: [{ content: "done", tool_use_id: tool, type: "tool_result" }], role: "user" };
    await this.#ask(session, [said, { content: [called], role: "assistant" }, result], model);
  }

  async #ask(session: Session, messages: readonly object[], model: string): Promise<string> {
    const response = await fetch(`${session.env["ANTHROPIC_BASE_URL"]}/v1/messages?beta=true`, {
      body: JSON.stringify({ max_tokens: 1000, messages, model, stream: true }),
      headers: { "anthropic-version": "2023-06-01", "x-api-key": session.env["ANTHROPIC_API_KEY"] ?? "" },
      method: "POST",
    });
    return response.text();
  }

  async stop(): Promise<void> {
    await this.fixture.stop();
    await this.#models.stop();
  }
}
