import { createHash } from "node:crypto";
import type { Action, Decision } from "@custody/domain";
import {
  type Bind,
  decodeBind,
  decodeClose,
  decodeDescribe,
  decodeExecute,
  decodeParse,
  decodeQuery,
} from "@custody/wire/postgres";
import type { ClassifiedStatement } from "./classify/statement.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { ConnectionContext } from "./context.ts";
import { describeExecution, resolve, type Understood, understand } from "./describe.ts";
import type { Execution } from "./execution.ts";
import type { Expected } from "./expected.ts";
import type { PreparedStatement } from "./namespace.ts";
import type { Portal } from "./portal.ts";
import { decodeParameter } from "./values/decode-parameter.ts";

/** One message of the client: its received bytes, what the server will owe for it, and the acts that it asks for. */
export interface Step {
  readonly raw: Buffer;
  readonly expected: Expected | undefined;
  readonly executions: readonly Execution[];
}

/** Type bytes of the messages that make up a segment. */
const PARSE = 0x50;
const BIND = 0x42;
const DESCRIBE = 0x44;
const EXECUTE = 0x45;
const CLOSE = 0x43;
const SYNC = 0x53;
const FLUSH = 0x48;
const QUERY = 0x51;

const FUNCTION_CALL: ClassifiedStatement = {
  verb: "FUNCTION CALL",
  operations: [{ kind: "call", objects: [], tier: "admin", verb: "FUNCTION CALL" }],
  tier: "admin",
  writes: true,
  escapesTransaction: true,
  changesSession: [],
  functions: [],
  text: "",
  start: 0,
  end: 0,
  digest: "",
  fingerprint: undefined,
};

const FUNCTION_CALL_REFUSED: Decision = Object.freeze({
  effect: "deny",
  policy: "",
  reasons: Object.freeze(["function-call messages hide what they call: use SELECT"]),
  rule: "builtin:function-call",
});

/**
 * Reads client messages and says what they will do, before anything is forwarded.
 *
 * Names are looked up as the server will see them when the message arrives: a Parse earlier in the same segment
 * counts for a Bind behind it.
 */
export class SegmentReader {
  readonly #context: ConnectionContext;
  readonly #state: ConnectionState;
  readonly #links: Action["links"];

  constructor(context: ConnectionContext, state: ConnectionState) {
    this.#context = context;
    this.#state = state;
    this.#links = Object.freeze({ connection: context.connection });
  }

  /** A FunctionCall names its function by number only; it is refused before anybody looks it up. */
  functionCall(raw: Buffer): Step {
    const classified = { ...FUNCTION_CALL, digest: createHash("sha256").update(raw).digest("hex") };
    const refused = FUNCTION_CALL_REFUSED;
    const execution = describeExecution(
      classified,
      { parameters: [], protocol: "function-call", refused },
      this.#links,
      this.#context,
    );
    return { raw, expected: { kind: "query", executions: [execution], at: 0 }, executions: [execution] };
  }

  /** One message. Asynchronous only where a large statement is parsed in a worker. */
  read(raw: Buffer): Step | Promise<Step> {
    const body = raw.subarray(5);
    switch (raw[0]) {
      case PARSE:
        return this.#parse(raw, body);
      case BIND:
        return this.#bind(raw, decodeBind(body));
      case DESCRIBE:
        return this.#describe(raw, body);
      case EXECUTE:
        return this.#execute(raw, decodeExecute(body).portal);
      case CLOSE:
        return this.#close(raw, body);
      case SYNC:
        return { raw, expected: { kind: "sync" }, executions: [] };
      case FLUSH:
        return { raw, expected: undefined, executions: [] };
      case QUERY:
        return this.#query(raw, decodeQuery(body).sqlBytes);
      default:
        throw new RangeError(`no segment holds a message of type ${raw[0]}`);
    }
  }

  #parse(raw: Buffer, body: Buffer): Step | Promise<Step> {
    const { name, sqlBytes, parameterTypes } = decodeParse(body);
    const understood = understand(sqlBytes, this.#state.settings, this.#context);
    const step = ({ statements, refused }: Understood): Step => {
      const prepared: PreparedStatement = { classified: statements[0], parameterTypes, refused };
      this.#state.statements.propose(name, prepared);
      // An unreadable statement is refused here; any other when it is bound, with its values.
      const executions = refused && statements[0] ? [this.#newExecution(prepared, [])] : [];
      return { raw, expected: { kind: "parse", name, prepared }, executions };
    };
    return understood instanceof Promise ? understood.then(step) : step(understood);
  }

  #bind(raw: Buffer, bind: Bind): Step {
    const prepared = this.#state.statements.get(bind.statement);
    const portal: Portal = { prepared, parameters: this.#parameters(bind, prepared), execution: undefined };
    this.#state.portals.propose(bind.portal, portal);
    return { raw, expected: { kind: "bind", name: bind.portal, portal }, executions: [] };
  }

  #parameters(bind: Bind, prepared: PreparedStatement | undefined): Portal["parameters"] {
    const { parameterFormats: formats, parameters } = bind;
    const encoding = this.#state.settings.clientEncoding;
    return parameters.map((bytes, at) => {
      const format = (formats.length === 1 ? formats[0] : formats[at]) ?? 0;
      // The server knows 0 and 1 only; any other value is refused there, and never decoded here.
      const known = format === 0 ? 0 : 1;
      return decodeParameter(at + 1, prepared?.parameterTypes[at] ?? 0, known, bytes, encoding);
    });
  }

  #describe(raw: Buffer, body: Buffer): Step {
    const { target, name } = decodeDescribe(body);
    const prepared = target === "statement" ? this.#state.statements.get(name) : undefined;
    return {
      raw,
      expected: { kind: "describe", ...(prepared === undefined ? undefined : { prepared }) },
      executions: [],
    };
  }

  /** An execution begins with the first Execute of a portal; a later one of a suspended portal continues it. */
  #execute(raw: Buffer, name: string): Step {
    const portal = this.#state.portals.get(name);
    const prepared = portal?.prepared;
    if (portal === undefined || prepared?.classified === undefined) return this.#executeUnbound(raw, name);
    // Refused when it was parsed, and on record there.
    if (prepared.refused)
      return { raw, expected: { kind: "execute", portal, execution: undefined }, executions: [] };
    if (portal.execution && portal.execution.state !== "final" && this.#state.isSuspended(portal.execution)) {
      return { raw, expected: { kind: "execute", portal, execution: portal.execution }, executions: [] };
    }
    const execution = this.#newExecution(prepared, portal.parameters);
    portal.execution = execution;
    return { raw, expected: { kind: "execute", portal, execution }, executions: [execution] };
  }

  /** A portal that is a cursor declared in SQL, or one that does not exist: the server will say. */
  #executeUnbound(raw: Buffer, name: string): Step {
    const cursor = this.#state.cursors.get(name);
    if (cursor === undefined)
      return { raw, expected: { kind: "execute", portal: undefined, execution: undefined }, executions: [] };
    const text = `FETCH FROM ${name}`;
    const classified = {
      ...cursor,
      verb: "FETCH",
      text,
      start: 0,
      end: text.length,
      digest: "",
      fingerprint: undefined,
    };
    const execution = this.#newExecution({ classified, parameterTypes: [], refused: undefined }, []);
    return { raw, expected: { kind: "execute", portal: undefined, execution }, executions: [execution] };
  }

  #close(raw: Buffer, body: Buffer): Step {
    const { target, name } = decodeClose(body);
    const portal = target === "portal" ? this.#state.portals.get(name) : undefined;
    (target === "portal" ? this.#state.portals : this.#state.statements).propose(name, undefined);
    return { raw, expected: { kind: "close", what: target, name, portal }, executions: [] };
  }

  #query(raw: Buffer, sqlBytes: Buffer): Step | Promise<Step> {
    const understood = understand(sqlBytes, this.#state.settings, this.#context);
    const step = ({ statements, refused }: Understood): Step => {
      const executions = statements.map((classified) => {
        // A later statement of the same string may execute what an earlier one prepares.
        this.#state.propose(classified);
        const resolved = resolve(classified, this.#state.statements, this.#state.cursors);
        return describeExecution(
          resolved,
          { parameters: [], protocol: "simple", refused },
          this.#links,
          this.#context,
        );
      });
      return { raw, expected: { kind: "query", executions, at: 0 }, executions };
    };
    return understood instanceof Promise ? understood.then(step) : step(understood);
  }

  #newExecution(prepared: PreparedStatement, parameters: Portal["parameters"]): Execution {
    const classified = resolve(prepared.classified as never, this.#state.statements, this.#state.cursors);
    const { refused } = prepared;
    this.#state.propose(classified);
    return describeExecution(
      classified,
      { parameters, protocol: "extended", refused },
      this.#links,
      this.#context,
    );
  }
}
