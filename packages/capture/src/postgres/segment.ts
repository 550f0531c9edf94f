import { createHash } from "node:crypto";
import type { Decision } from "@custody/domain";
import {
  type Bind,
  decodeBind,
  decodeClose,
  decodeDescribe,
  decodeExecute,
  decodeParse,
  decodeQuery,
  type Execute,
} from "@custody/wire/postgres";
import { mayPrepare } from "./catalogue/may-prepare.ts";
import type { ClassifiedStatement, StatementEffects } from "./classify/statement.ts";
import { ConnectionLinks } from "./connection-links.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { ConnectionContext } from "./context.ts";
import {
  type DescribedBy,
  dependsOnSettings,
  describeExecution,
  isCertain,
  mayEndElsewhere,
  notKnown,
  orReplaced,
  resolve,
  type Understood,
  understand,
  unreadable,
} from "./describe.ts";
import type { Execution } from "./execution.ts";
import type { Expected } from "./expected.ts";
import { FUNCTION_CALL, FUNCTION_CALL_REFUSED } from "./function-call.ts";
import type { PreparedStatement } from "./namespace.ts";
import type { Portal } from "./portal.ts";
import { refusedControl } from "./refused-control.ts";
import { textAround } from "./text-around.ts";
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

const BACKSLASH = 0x5c;

/** Planning runs functions that are marked IMMUTABLE, whatever they truly do, and binding plans. */
const LONE_BIND_REFUSED: Decision = Object.freeze({
  effect: "deny",
  policy: "",
  reasons: Object.freeze([
    "a statement that calls functions of your own must be executed in the segment that binds it",
  ]),
  rule: "builtin:lone-bind",
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
  readonly #links: ConnectionLinks;

  constructor(context: ConnectionContext, state: ConnectionState) {
    this.#context = context;
    this.#state = state;
    this.#links = new ConnectionLinks(context.connection, context.runningTool);
  }

  /**
   * A Bind without an Execute behind it is no execution, and would leave no record; but where the statement calls
   * functions that may do anything, so could it. So that is refused, and on record as what it is.
   */
  refuseLoneBinds(steps: readonly Step[]): readonly Step[] | Promise<readonly Step[]> {
    if (!steps.some(mayBeLone)) return steps;
    const executed = new Set(steps.map(({ expected }) => expected?.kind === "execute" && expected.portal));
    const isLone = ({ expected }: Step) => expected?.kind === "bind" && !executed.has(expected.portal);
    if (!steps.some(isLone)) return steps;
    return Promise.all(steps.map((step) => (isLone(step) ? this.#judgeLoneBind(step) : step)));
  }

  async #judgeLoneBind(step: Step): Promise<Step> {
    if (step.expected?.kind !== "bind") return step;
    const { mayBeReplaced, parameters, prepared, statement } = step.expected.portal;
    const { classified, refused } = prepared ?? noStatement(statement);
    if (classified === undefined || prepared?.refused) return step;
    await this.#lookUp(classified);
    const refined = this.#refined(classified);
    const effects = mayBeReplaced ? orReplaced(refined) : refined;
    if (refused === undefined && !mayBeReplaced && !callsUnknown(effects)) return step;
    const by = { parameters, protocol: "extended" as const, refused: refused ?? LONE_BIND_REFUSED };
    return { ...step, executions: [describeExecution(effects, by, this.#links.now(), this.#context)] };
  }

  /** A FunctionCall names its function by number only; it is refused before anybody looks it up. */
  functionCall(raw: Buffer): Step {
    const classified = { ...FUNCTION_CALL, digest: createHash("sha256").update(raw).digest("hex") };
    const refused = FUNCTION_CALL_REFUSED;
    const execution = describeExecution(
      classified,
      { parameters: [], protocol: "function-call", refused },
      this.#links.now(),
      this.#context,
    );
    this.#state.endSegment();
    return { raw, expected: { kind: "query", executions: [execution], at: 0 }, executions: [execution] };
  }

  /** One message. Asynchronous only where a large statement is parsed in a worker. */
  read(raw: Buffer): Step | Promise<Step> {
    switch (raw[0]) {
      case PARSE:
        return this.#parse(raw, raw.subarray(5));
      case BIND:
        return this.#bind(raw, decodeBind(raw.subarray(5)));
      case DESCRIBE:
        return this.#describe(raw, raw.subarray(5));
      case EXECUTE:
        return this.#execute(raw, decodeExecute(raw.subarray(5)));
      case CLOSE:
        return this.#close(raw, raw.subarray(5));
      case SYNC:
        this.#state.endSegment();
        return { raw, expected: { kind: "sync" }, executions: [] };
      case FLUSH:
        return { raw, expected: undefined, executions: [] };
      case QUERY:
        return this.#query(raw, decodeQuery(raw.subarray(5)).sqlBytes);
      default:
        throw new RangeError(`no segment holds a message of type ${raw[0]}`);
    }
  }

  #parse(raw: Buffer, body: Buffer): Step | Promise<Step> {
    const { name, sqlBytes, parameterTypes } = decodeParse(body);
    const understood = this.#understand(sqlBytes);
    const step = ({ statements, refused }: Understood): Step => {
      const [classified] = statements;
      const around = textAround(sqlBytes, statements);
      const prepared: PreparedStatement = { around, classified, parameterTypes, refused };
      this.#state.prepare(name, prepared);
      // An unreadable statement is refused here; any other when it is bound, with its values.
      const executions =
        refused && statements[0] ? [this.#begin(statements[0], [], "extended", refused)] : [];
      return { raw, expected: { kind: "parse", name, prepared }, executions };
    };
    return understood instanceof Promise ? understood.then(step) : step(understood);
  }

  /**
   * With the settings that the server will have when it reads the text. A statement can change them that does not look
   * like it, by a trigger or a rule; so whatever precedes a text with a backslash is answered first.
   */
  #understand(sql: Buffer): Understood | Promise<Understood> {
    const { settings, hasChangedReading, changesReading, expected, runsInSegment } = this.#state;
    const mayDiffer = hasChangedReading && dependsOnSettings(sql);
    if ((mayDiffer && changesReading) || (runsInSegment && mayEndElsewhere(sql))) return unreadable(sql);
    if (expected.owesEnd && (mayDiffer || sql.includes(BACKSLASH)))
      return this.#state.earlierAnswered().then(() => understand(sql, settings, this.#context));
    return understand(sql, settings, this.#context);
  }

  #bind(raw: Buffer, bind: Bind): Step | Promise<Step> {
    const { statements, portals, segment } = this.#state;
    if (!statements.isCertain(bind.statement, segment))
      return this.#state.earlierAnswered().then(() => this.#bind(raw, bind));
    const prepared = statements.get(bind.statement);
    const portal: Portal = {
      statement: bind.statement,
      segment,
      prepared,
      mayBeReplaced: this.#state.mayBeReplaced(bind.statement),
      parameters: this.#parameters(bind, prepared),
      execution: undefined,
      isLimited: false,
    };
    portals.propose(bind.portal, portal, segment);
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
    const expected: Expected = prepared === undefined ? { kind: "describe" } : { kind: "describe", prepared };
    return { raw, expected, executions: [] };
  }

  /** An execution begins with the first Execute of a portal; a later one of a suspended portal continues it. */
  #execute(raw: Buffer, execute: Execute, isLookedUp = false): Step | Promise<Step> {
    const { portal: name, maxRows } = execute;
    const { portals, segment } = this.#state;
    const portal = portals.get(name);
    const isSure =
      this.#state.isPortalCertain(name) &&
      (portal?.prepared?.classified === undefined || isCertain(portal.prepared.classified, this.#state));
    if (!isSure) return this.#state.earlierAnswered().then(() => this.#execute(raw, execute));
    if (portal === undefined) return this.#executeCursor(raw, name);
    const looked = isLookedUp ? undefined : this.#lookUp(portal.prepared?.classified);
    if (looked) return looked.then(() => this.#execute(raw, execute, true));
    // In its own segment it is the Bind that fails; later there is no portal.
    const prepared =
      portal.prepared ?? (portal.segment === segment ? noStatement(portal.statement) : noPortal(name));
    // Refused when it was parsed, and on record there; or empty, and does nothing.
    if (portal.prepared?.refused || prepared.classified === undefined)
      return { raw, expected: { kind: "execute", portal, execution: undefined }, executions: [] };
    const goesOn = portal.execution && this.#mayGoOn(portal.execution, portal.isLimited);
    portal.isLimited = maxRows > 0;
    if (goesOn)
      return { raw, expected: { kind: "execute", portal, execution: portal.execution }, executions: [] };
    const { mayBeReplaced, parameters } = portal;
    const execution = this.#begin(
      prepared.classified,
      parameters,
      "extended",
      prepared.refused,
      mayBeReplaced,
    );
    portal.execution = execution;
    return { raw, expected: { kind: "execute", portal, execution }, executions: [execution] };
  }

  /** A cursor declared in SQL is a portal too. One that we do not know is not run: nobody could say what it does. */
  #executeCursor(raw: Buffer, name: string, isLookedUp = false): Step | Promise<Step> {
    const cursor = this.#state.cursors.get(name);
    const { classified, refused } = cursor === undefined ? noPortal(name) : fetchFrom(name, cursor);
    const looked = isLookedUp ? undefined : this.#lookUp(classified);
    if (looked) return looked.then(() => this.#executeCursor(raw, name, true));
    const execution = this.#begin(classified, [], "extended", refused);
    return { raw, expected: { kind: "execute", portal: undefined, execution }, executions: [execution] };
  }

  /** A suspended portal goes on; so does one with a row limit whose answer is not here yet. */
  #mayGoOn(execution: Execution, isLimited: boolean): boolean {
    if (execution.state === "final") return false;
    return this.#state.isSuspended(execution) || (isLimited && execution.tag === undefined);
  }

  #close(raw: Buffer, body: Buffer): Step {
    const { target, name } = decodeClose(body);
    const { portals, statements, segment } = this.#state;
    const portal = target === "portal" ? portals.get(name) : undefined;
    (target === "portal" ? portals : statements).propose(name, undefined, segment);
    return { raw, expected: { kind: "close", what: target, name, portal }, executions: [] };
  }

  #query(raw: Buffer, sqlBytes: Buffer): Step | Promise<Step> {
    const understood = this.#understand(sqlBytes);
    return understood instanceof Promise
      ? understood.then((late) => this.#queryOf(raw, late))
      : this.#queryOf(raw, understood);
  }

  #queryOf(raw: Buffer, understood: Understood, isLookedUp = false): Step | Promise<Step> {
    const { statements, refused } = understood;
    if (!statements.every((classified) => isCertain(classified, this.#state)))
      return this.#state.earlierAnswered().then(() => this.#queryOf(raw, understood));
    const looked = isLookedUp ? undefined : this.#lookUp(...statements);
    if (looked) return looked.then(() => this.#queryOf(raw, understood, true));
    // One after the other: a later statement of the same string may execute what an earlier one prepares.
    const executions = statements.map((classified) => this.#begin(classified, [], "simple", refused));
    this.#state.endSegment();
    return { raw, expected: { kind: "query", executions, at: 0 }, executions };
  }

  /**
   * Resolves when the catalogue has said what it knows of them; undefined when it has. Once is enough: who changes the
   * catalogue all the time could otherwise keep a statement waiting for ever. What is not known then is unknown.
   */
  #lookUp(...statements: readonly (ClassifiedStatement | undefined)[]): Promise<unknown> | undefined {
    const { catalogue } = this.#context;
    if (catalogue === undefined) return undefined;
    const looks: Promise<void>[] = [];
    for (const statement of statements)
      if (statement !== undefined)
        resolve(statement, this.#state, this.#context, (effects, text) => {
          const look = catalogue.prepare(effects, text);
          if (look) looks.push(look);
          return effects;
        });
    return looks.length === 0 ? undefined : Promise.all(looks);
  }

  /** With what the catalogue is known to say of it. */
  #refined<Given extends StatementEffects>(effects: Given): Given {
    return this.#context.catalogue?.refined(effects, !this.#state.mayHaveDefined) ?? effects;
  }

  #begin(
    classified: ClassifiedStatement,
    parameters: Portal["parameters"],
    protocol: DescribedBy["protocol"],
    refused: Decision | undefined,
    mayBeReplaced = false,
  ): Execution {
    const found = resolve(classified, this.#state, this.#context, (effects) => this.#refined(effects));
    const known = mayBeReplaced ? orReplaced(found) : found;
    // Each PREPARE, and each run of code that may prepare, is one of its own, also where the text is the same.
    const isOwn = known.prepares !== undefined || mayPrepare(known);
    const resolved = isOwn ? { ...known } : known;
    this.#state.propose(resolved);
    const by = { parameters, protocol, refused: refused ?? refusedControl(classified, resolved) };
    return describeExecution(resolved, by, this.#links.now(), this.#context);
  }
}

interface Named {
  readonly classified: ClassifiedStatement;
  readonly refused: Decision | undefined;
}

function fetchFrom(name: string, cursor: StatementEffects): Named {
  const text = `FETCH FROM ${name}`;
  const own = {
    runsUnseen: true,
    verb: "FETCH",
    text,
    start: 0,
    end: text.length,
    digest: "",
    fingerprint: undefined,
  } as const;
  return { classified: { ...cursor, ...own }, refused: undefined };
}

/**
 * A name that we do not know is one that the server does not know either, or one that code made which it ran. The
 * refusal says what the server would say of the first; and nobody could say what the second will do.
 */
function noPortal(name: string): Named {
  return notKnown("builtin:no-portal", [`portal "${name}" does not exist`]);
}

function noStatement(name: string): Named {
  const what = name === "" ? "unnamed prepared statement" : `prepared statement "${name}"`;
  return notKnown("builtin:no-statement", [`${what} does not exist`]);
}

/** A Bind whose portal is not executed right behind it, or behind its Describe, as nearly all are. */
function mayBeLone({ expected }: Step, at: number, steps: readonly Step[]): boolean {
  if (expected?.kind !== "bind") return false;
  for (const next of [steps[at + 1]?.expected, steps[at + 2]?.expected])
    if (next?.kind === "execute" && next.portal === expected.portal) return false;
  return true;
}

function callsUnknown({ operations }: ClassifiedStatement): boolean {
  return operations.some(({ tier, verb }) => verb === "FUNCTION" && tier !== "read");
}
