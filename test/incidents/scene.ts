import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import type { HoldListing } from "@custody/server";
import { Client } from "pg";
import { onTestFinished, vi } from "vitest";
import { Custody } from "../end-to-end/custody-process.ts";
import { makeOwner, tokenOf } from "../end-to-end/people.ts";
import { WEBHOOK_SECRET, WebhookReceiver } from "../end-to-end/webhook-receiver.ts";
import { createDatabase, sharedPostgres } from "../postgres/shared.ts";

// Each starts some twenty processes. Only to end what hangs: how fast a machine is, no test says.
vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

export interface SceneOptions {
  /** What is in the database before any agent comes. */
  readonly fixture: string;
  readonly environment?: "development" | "disposable" | "production";
  /** Which database the target is; the one of the fixture, unless another one of that server is meant. */
  readonly reached?: string;
  /** Whether there is a second target, `twin`, with a database of its own and the same in it. */
  readonly hasTwin?: boolean;
  /** What is in policy.yaml; none where nobody wrote one. */
  readonly policy?: string;
}

/** A session of an agent: all its connections are one session's. */
export interface Agent {
  readonly session: string;
  readonly url: string;
  /** `target`: `twin` where there is one. Custody may have been started anew since the agent was made. */
  connect(options?: string, target?: "shop" | "twin"): Promise<Client>;
}

/** The real command before a real database, with people in front of it and a receiver of alerts. Gone after the test. */
export class Scene {
  readonly custody: Custody;
  readonly database: Awaited<ReturnType<typeof createDatabase>>;
  readonly receiver: WebhookReceiver;
  server = "";
  /** Where each target listens, by its name. */
  #listen: ReadonlyMap<string, string> = new Map();
  #token = "";

  static async begin(options: SceneOptions): Promise<Scene> {
    const { environment = "production", fixture, hasTwin = false, policy, reached } = options;
    const database = await createDatabase();
    const twin = hasTwin ? await createDatabase() : undefined;
    const receiver = new WebhookReceiver();
    await receiver.start();
    const more =
      "  - { name: twin, kind: postgres, listen: '127.0.0.1:0', environment: production, upstream: { env: TWIN_URL } }\n";
    const yaml = `${hasTwin ? more : ""}${policy === undefined ? "" : "policy: ./policy.yaml\n"}alerts:
  webhooks:
    - { name: on-call, url: "${receiver.url}", secret: { env: HOOK_SECRET } }
`;
    const variables = { HOOK_SECRET: WEBHOOK_SECRET, TWIN_URL: twin?.url };
    const upstream = reached === undefined ? database.url : sharedPostgres().url(reached);
    const custody = new Custody(upstream, yaml, variables, environment);
    if (policy !== undefined) writeFileSync(join(custody.directory, "policy.yaml"), policy);
    const scene = new Scene(custody, database, receiver);
    onTestFinished(async () => {
      await custody.remove();
      await receiver.stop();
      await database.drop();
      await twin?.drop();
    });
    await scene.directly(fixture);
    if (twin !== undefined) await scene.directly(fixture, twin.url);
    await scene.start();
    await makeOwner(custody, scene.server);
    scene.#token = await tokenOf(scene.server, "ada");
    return scene;
  }

  private constructor(custody: Custody, database: Scene["database"], receiver: WebhookReceiver) {
    this.custody = custody;
    this.database = database;
    this.receiver = receiver;
  }

  /** Again at the same address, to which a command line is signed in. */
  async start(): Promise<void> {
    const again = this.server === "" ? [] : ["--listen", new URL(this.server).host];
    const { server, targets } = await this.custody.start(...again);
    this.server = server;
    this.#listen = new Map(targets.map(({ listen, name }) => [name, listen]));
  }

  /** Past Custody, as a superuser. */
  async directly(sql: string, url: string = this.database.url): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const results = await client.query(sql);
      return ([results].flat().at(-1) as typeof results).rows;
    } finally {
      await client.end();
    }
  }

  /** Of a session that the operator of the machine has opened, so that every person is another one. */
  async agent(): Promise<Agent> {
    const token = readFileSync(join(this.custody.data, "local.token"), "utf8").trim();
    const answer = await fetch(`${this.server}/api/sessions`, {
      body: JSON.stringify({ agent: "tester" }),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      method: "POST",
    });
    const { targets } = (await answer.json()) as {
      targets: { shop: { url: string }; twin?: { url: string } };
    };
    return this.#agentAt(targets.shop.url, targets.twin?.url);
  }

  /** Of a session that whoever is signed in on the command line has opened. */
  async ownAgent(): Promise<Agent> {
    return this.#agentAt(await this.custody.sessionUrl("person"));
  }

  #agentAt(url: string, twinUrl = ""): Agent {
    const connect = (options = "", target: "shop" | "twin" = "shop"): Promise<Client> => {
      const at = new URL(target === "shop" ? url : twinUrl);
      at.host = this.#listen.get(target) ?? at.host;
      return connected(at.href, options);
    };
    return { connect, session: new URL(url).username, url };
  }

  /** What a command prints; an error where it does not end well. */
  async ok(...parameters: string[]): Promise<string> {
    const { code, stderr, stdout } = await this.custody.run(...parameters);
    if (code !== 0) throw new Error(`custody ${parameters.join(" ")} ended with ${code}: ${stderr}`);
    return stdout;
  }

  /** What waits for people, newest first, once there is so much of it. */
  async waiting(count = 1): Promise<HoldListing[]> {
    for (;;) {
      const holds = await this.holds();
      if (holds.length >= count) return holds;
    }
  }

  /** All of them, page by page. */
  async holds(state: "all" | "open" = "open"): Promise<HoldListing[]> {
    const all: HoldListing[] = [];
    for (let next: string | null = ""; next !== null; ) {
      const from = next === "" ? "" : `&before=${encodeURIComponent(next)}`;
      const answer = await this.#ask("GET", `/api/holds?limit=500&state=${state}${from}`);
      const page = (await answer.json()) as { holds: HoldListing[]; next: string | null };
      all.push(...page.holds);
      next = page.next;
    }
    return all;
  }

  /** Ada's answer to the newest that waits, over the API as a page gives it. */
  async decide(verdict: "approve" | "deny", reason = "no"): Promise<HoldListing> {
    const [hold] = await this.waiting();
    return this.decideOn(hold as HoldListing, verdict, reason);
  }

  async decideOn(
    { id, shown }: HoldListing,
    verdict: "approve" | "deny",
    reason = "no",
  ): Promise<HoldListing> {
    const answer = await this.#ask("POST", `/api/holds/${id}/${verdict}`, { reason, shown });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as HoldListing;
  }

  #ask(method: "GET" | "POST", path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.server}${path}`, {
      ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      method,
    });
  }

  /** Those of one session, of these types. */
  async recordsOf(session: string, ...types: string[]): Promise<AuditRecord[]> {
    const records = await this.custody.records<AuditRecord>("--session", session);
    return records.filter(({ type }) => types.length === 0 || types.includes(type));
  }
}

async function connected(connectionString: string, options: string): Promise<Client> {
  const client = new Client({ connectionString, options });
  // A connection that Custody ends is an event besides the failed query.
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.end().catch(() => {}));
  return client;
}
