import { randomBytes } from "node:crypto";
import { type AuditRecord, type Usage, uuidv7Source } from "@custody/domain";
import type { RecordChange } from "../export/written-ledger.ts";

/** As old as the records: an id says when it was made. */
const newId = uuidv7Source(() => Date.UTC(2026, 10, 20, 12), randomBytes);

/** The ids by which a test knows what was written. */
export interface AgentRun {
  readonly session: string;
  readonly helper: string;
  readonly changes: readonly RecordChange[];
}

/**
 * What the record of one run of an agent says: a prompt, an answer with a tool call, a statement within it, a sub-agent with a
 * request of its own that nobody knows the price of, and how the run ended.
 */
export function agentRun(prompt = "clean the orders up"): AgentRun {
  const session = newId();
  const helper = newId();
  const [asked, answer, call, statement] = [newId(), newId(), newId(), newId()];
  const tool = { prompt: asked, request: answer, tool: "call_1" };
  let second = 0;
  const at = () => `2026-11-20T12:00:${String(++second).padStart(2, "0")}.000000Z`;
  const say = (type: string, action: string, more: RecordChange = {}): RecordChange => {
    const message = { key: type, params: {} };
    return { ...nothing(), action, message, session, time: at(), type, ...more };
  };
  const within = { parentSession: session, session: helper };
  return {
    changes: [
      say("session.started", newId(), {
        details: { command: "agent --fix", directory: "/repo", expiresAt: "2099-01-01T00:00:00.000000Z" },
      }),
      say("prompt.submitted", asked, {
        links: { request: answer },
        statement: { digest: "d", text: prompt },
      }),
      say("model.request.requested", answer),
      say("model.request.completed", answer, {
        statement: { digest: "d", text: "I delete them." },
        usage: usageOf(1_250_000, "claude-x"),
      }),
      say("tool.call.requested", call, {
        details: { name: "bash" },
        links: tool,
        statement: { digest: "d", text: '{"command":"psql"}' },
      }),
      say("session.started", newId(), { ...within, actor: { agent: { instance: helper, name: "helper" } } }),
      say("db.statement.completed", statement, {
        effect: { bytes: 0, rows: { affected: 3 }, source: "server", status: "ok", tag: "DELETE 3" },
        links: { ...tool, toolBy: "time" },
        operations: [{ kind: "delete", objects: [], tier: "write", verb: "DELETE" }],
        statement: { digest: "d", text: "DELETE FROM orders" },
        target: { environment: "development", kind: "postgres", name: "shop" },
      }),
      say("model.request.completed", newId(), {
        ...within,
        statement: { digest: "d", text: "Hm." },
        usage: usageOf(null, "house-z"),
      }),
      say("tool.call.completed", call, { details: { name: "bash", result: "DELETE 3" }, links: tool }),
      say("session.ended", newId(), {
        actor: { service: "custody" },
        details: { exitCode: 3, reason: "exited" },
      }),
    ],
    helper,
    session,
  };
}

function usageOf(costMicros: number | null, model: string): Usage {
  const tokens = { cacheRead: 400, cacheWrite: 0, input: 100, output: 20, reasoning: 0 };
  return { ...tokens, costMicros, currency: "USD", model, prices: "t", provider: "anthropic" };
}

/** What an ordinary statement of `writeLedger` has, and these records do not. */
function nothing(): Pick<
  AuditRecord,
  "decision" | "effect" | "operations" | "statement" | "target" | "transaction"
> {
  const without = {
    decision: undefined,
    duration: undefined,
    effect: undefined,
    operations: undefined,
    statement: undefined,
    target: undefined,
    transaction: undefined,
  };
  return without as unknown as ReturnType<typeof nothing>;
}
