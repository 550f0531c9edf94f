import type { Operation, TouchedObject } from "@custody/domain";
import { classify } from "../classify/classify.ts";
import { functionReach } from "../classify/functions.ts";
import type { StatementEffects } from "../classify/statement.ts";
import { anonymousBody } from "./anonymous-body.ts";
import { assignedColumns } from "./assigned-columns.ts";
import { type CodeEffects, calledBy, markedVia, NO_EFFECTS, OPEN_EFFECTS, unite } from "./code-effects.ts";
import type { FactStore } from "./fact-store.ts";
import type { CascadeFact, FunctionFact, RelationFact } from "./facts.ts";
import { functionBody } from "./function-body.ts";
import { namesPreparing, PREPARES, PREPARING } from "./may-prepare.ts";
import type { PlpgsqlBody } from "./plpgsql-body.ts";
import { eventsOf, followingOf, INSTEAD, ruleActions, TRUNCATE } from "./relation-events.ts";

/** How deep code may call code before nobody looks further. */
const DEPTH_MAX = 12;

/** How many functions and relations one store may hold before nobody looks further: a partitioned table has thousands. */
const FACTS_MAX = 5000;

/** More partitions than these are not named, only the table that they make up. */
const PARTITIONS_MAX = 50;

/** A statement as it is looked into: a client's own, or one in a body. */
export interface Text {
  readonly effects: StatementEffects;
  readonly text: string;
}

/** An operation that writes, and what its text says that its own members do not. Each text is parsed once for it. */
interface Write {
  readonly operation: Operation;
  /** It goes on to what refers to the tables that it empties. */
  readonly truncatesOn: boolean;
  /** Whether a key that others refer to is given new values. */
  readonly assignsKey: (cascade: CascadeFact) => boolean;
}

/** Finds what runs without standing in a statement: bodies, triggers, rules, views, cascades. One store, one database. */
export class Resolver {
  readonly #store: FactStore;
  readonly #database: string;
  /** Bodies that are known. */
  readonly #bodies = new Map<string, CodeEffects>();
  /** Those that are being looked into: a function that calls itself does nothing new by that. */
  readonly #open = new Set<string>();
  #hasRecursed = false;
  /** One statement after the other, so that nobody takes what is being looked into for known. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: FactStore, database: string) {
    this.#store = store;
    this.#database = database;
  }

  get showsCounters(): boolean {
    return this.#store.showsCounters;
  }

  /** The operations of a statement with names from the catalogue, and those that it does not name behind them. */
  resolve(statement: Text): Promise<CodeEffects> {
    const resolved = this.#turn.then(() => this.#resolve(statement, 0));
    this.#turn = resolved.catch(() => this.#open.clear());
    return resolved;
  }

  async #resolve({ effects, text }: Text, depth: number): Promise<CodeEffects> {
    await this.#store.loadNames(namesOf(effects));
    if (this.#isTooMuch(depth)) return { ...OPEN_EFFECTS, operations: effects.operations };
    const own: Operation[] = [];
    const more: CodeEffects[] = [];
    for (const operation of effects.operations) {
      const called = await this.#called(operation, text, depth);
      if (called !== undefined) {
        more.push(called);
        continue;
      }
      own.push({ ...operation, objects: operation.objects.map((object) => this.#named(object)) });
      for (const object of operation.objects) more.push(await this.#touched(operation, object, text, depth));
    }
    more.push(...(await this.#hidden(effects, text, depth)));
    return unite([{ ...NO_EFFECTS, operations: own }, ...more]);
  }

  #isTooMuch(depth: number): boolean {
    return depth > DEPTH_MAX || this.#store.size > FACTS_MAX;
  }

  /** What a call does; undefined for what is no call, and for what the catalogue does not know. */
  async #called(operation: Operation, text: string, depth: number): Promise<CodeEffects | undefined> {
    const { objects, tier, verb } = operation;
    if (verb === "DO" && tier !== "admin") return this.#anonymous(operation, text, depth);
    if (!isUnknownCall(operation)) return undefined;
    const { name, schema } = objects[0] as TouchedObject;
    const candidates = this.#store.functionsNamed(name, schema);
    if (candidates.length > 0) return this.#callAny(verb === "CALL" ? "CALL" : "FUNCTION", candidates, depth);
    const operators = this.#store.operators.filter((each) => each.name === name);
    if (operators.length === 0) return undefined;
    return this.#callOids("FUNCTION", [...new Set(operators.map((each) => each.function))], depth);
  }

  async #anonymous(operation: Operation, text: string, depth: number): Promise<CodeEffects> {
    const inner = await this.#runs(() => anonymousBody(text), depth);
    const kind = inner.isOpen ? "unknown" : operation.kind;
    const tier = inner.isOpen ? "destructive" : operation.tier;
    const operations = [{ ...operation, kind, tier }, ...markedVia("function", inner.operations)] as const;
    return { ...inner, isOpen: false, operations };
  }

  /** Whichever of them the server picks by the types of the arguments. */
  async #callAny(
    verb: "FUNCTION" | "CALL" | "TRIGGER",
    candidates: readonly FunctionFact[],
    depth: number,
  ): Promise<CodeEffects> {
    const effects: CodeEffects[] = [];
    for (const fact of candidates)
      effects.push(calledBy(verb, this.#object(fact, "read"), await this.#bodyOf(fact, depth)));
    return unite(effects);
  }

  async #callOids(
    verb: "FUNCTION" | "TRIGGER",
    oids: readonly string[],
    depth: number,
  ): Promise<CodeEffects> {
    await this.#store.loadOids({ functions: oids });
    return this.#callAny(
      verb,
      oids.flatMap((oid) => this.#store.function(oid) ?? []),
      depth,
    );
  }

  async #bodyOf(fact: FunctionFact, depth: number): Promise<CodeEffects> {
    const known = this.#bodies.get(fact.oid);
    if (known !== undefined) return known;
    if (this.#open.has(fact.oid)) {
      this.#hasRecursed = true;
      return NO_EFFECTS;
    }
    this.#open.add(fact.oid);
    const parts = await this.#callOids("FUNCTION", fact.parts, depth + 1);
    const body = fact.parts.length > 0 ? NO_EFFECTS : await this.#runs(() => functionBody(fact), depth);
    this.#open.delete(fact.oid);
    const effects = unite([body, parts, body.isOpen && namesPreparing(fact) ? PREPARES : NO_EFFECTS]);
    // Within a circle only the function where it was entered is looked into whole.
    if (!this.#hasRecursed) this.#bodies.set(fact.oid, effects);
    else if (this.#open.size === 0) this.#hasRecursed = false;
    return effects;
  }

  /** What the statements of a body do. Whatever cannot be read, nobody can say. */
  async #runs(body: () => PlpgsqlBody | undefined, depth: number): Promise<CodeEffects> {
    const found = attempt(body);
    if (found === undefined || this.#isTooMuch(depth)) return OPEN_EFFECTS;
    const itself = found.isOpen ? OPEN_EFFECTS : NO_EFFECTS;
    const escapesTransaction = found.escapesTransaction || itself.escapesTransaction;
    const effects: CodeEffects[] = [{ ...itself, escapesTransaction }];
    for (const text of found.statements) effects.push(await this.#runsText(text, depth + 1));
    return unite(effects);
  }

  async #runsText(text: string, depth: number): Promise<CodeEffects> {
    const statements = attempt(() => classify(text, { database: this.#database }));
    if (statements === undefined) return OPEN_EFFECTS;
    const effects: CodeEffects[] = [];
    for (const statement of statements) {
      const resolved = await this.#resolve({ effects: statement, text: statement.text }, depth);
      const isOpen = resolved.isOpen || resolved.operations.some(({ kind }) => kind === "unknown");
      const escapesTransaction = resolved.escapesTransaction || escapesBeside(statement);
      effects.push({ escapesTransaction, isOpen, operations: resolved.operations.filter(isTelling) });
    }
    return unite(effects);
  }

  /** What stands behind a relation that is read or written. */
  async #touched(
    operation: Operation,
    object: TouchedObject,
    text: string,
    depth: number,
  ): Promise<CodeEffects> {
    const relations = this.#store.relationsNamed(object.name, object.schema);
    const effects: CodeEffects[] = [];
    if (object.role === "read") {
      for (const relation of relations) effects.push(await this.#read(relation, depth));
      return unite(effects);
    }
    if (relations.length === 0) return NO_EFFECTS;
    const events = eventsOf(operation, /\bconflict\b/i.test(text));
    const write = writeOf(operation, text);
    for (const relation of relations) {
      effects.push(await this.#partitions(relation, operation));
      effects.push(await this.#written(relation, events, write, depth, new Set()));
    }
    return unite(effects);
  }

  /** A view reads what it is made of; a policy may call functions. */
  async #read(relation: RelationFact, depth: number, seen: Set<string> = new Set()): Promise<CodeEffects> {
    if (seen.has(relation.oid) || this.#isTooMuch(depth + seen.size)) return NO_EFFECTS;
    seen.add(relation.oid);
    const effects = [await this.#callOids("FUNCTION", relation.readCalls, depth + 1)];
    const below = relation.kind === "v" ? await this.#relations(relation.reads) : [];
    if (below.length > 0) {
      const objects = below.map((each) => this.#object(each, "read"));
      effects.push({
        ...NO_EFFECTS,
        operations: [{ kind: "read", objects, tier: "read", verb: "SELECT", via: "view" }],
      });
    }
    for (const each of below) effects.push(await this.#read(each, depth, seen));
    return unite(effects);
  }

  /** What is written to a table that consists of others, is written to them. */
  async #partitions(relation: RelationFact, { kind, tier, verb }: Operation): Promise<CodeEffects> {
    const below = [relation];
    for (let at = 0; at < below.length && below.length <= PARTITIONS_MAX; at += 1)
      below.push(...(await this.#relations(below[at]?.children ?? [])));
    const objects = below.slice(1, PARTITIONS_MAX).map((each) => this.#object(each, "write"));
    return objects.length === 0
      ? NO_EFFECTS
      : { ...NO_EFFECTS, operations: [{ kind, objects, tier, verb, via: "partition" }] };
  }

  /** Triggers, rules, defaults and checks run; foreign keys, views and partitions lead on to other tables. */
  async #written(
    relation: RelationFact,
    events: number,
    write: Write,
    depth: number,
    seen: Set<string>,
  ): Promise<CodeEffects> {
    const visit = `${relation.oid} ${events}`;
    if (events === 0 || seen.has(visit)) return NO_EFFECTS;
    if (this.#isTooMuch(depth)) return { ...OPEN_EFFECTS, isOpen: false };
    seen.add(visit);
    const triggers = relation.triggers.filter((trigger) => (trigger.events & events) !== 0);
    const effects = [
      await this.#callOids(
        "TRIGGER",
        triggers.map((trigger) => trigger.function),
        depth + 1,
      ),
      await this.#callOids("FUNCTION", relation.writeCalls, depth + 1),
    ];
    for (const action of ruleActions(relation, events)) {
      const done = await this.#runsText(action, depth + 1);
      effects.push({ ...done, operations: markedVia("rule", done.operations) });
    }
    // Each relation is visited once, so a long chain of tables is no deep one: only code that runs code is.
    const go = (next: RelationFact, nextEvents: number) =>
      this.#written(next, nextEvents, write, depth, seen);
    for (const child of await this.#relations(relation.children)) effects.push(await go(child, events));
    const isReplaced = triggers.some((trigger) => (trigger.events & INSTEAD) !== 0);
    if (relation.kind === "v" && !isReplaced)
      for (const base of await this.#relations(relation.reads)) {
        const { kind } = write.operation;
        effects.push(this.#also("view", write.operation, base, kind), await go(base, events));
      }
    effects.push(...(await this.#follow(relation, events, write, go)));
    return unite(effects);
  }

  async #follow(
    relation: RelationFact,
    events: number,
    { assignsKey, operation, truncatesOn }: Write,
    go: (next: RelationFact, events: number) => Promise<CodeEffects>,
  ): Promise<CodeEffects[]> {
    const effects: CodeEffects[] = [];
    const following = followingOf(relation, events, assignsKey);
    if ((events & TRUNCATE) !== 0 && truncatesOn)
      for (const { relation: other } of relation.cascades)
        following.push({ events: TRUNCATE, kind: "delete", relation: other });
    for (const { events: next, kind, relation: oid } of following)
      for (const other of await this.#relations([oid])) {
        effects.push(this.#also("cascade", operation, other, kind), await go(other, next));
      }
    return effects;
  }

  #also(
    via: "cascade" | "view",
    { tier, verb }: Operation,
    relation: RelationFact,
    kind: Operation["kind"],
  ): CodeEffects {
    const isOther = via === "cascade" && verb !== "TRUNCATE";
    const objects = [this.#object(relation, "write")];
    const operation: Operation = { kind, objects, tier, verb: isOther ? kind.toUpperCase() : verb, via };
    return { ...NO_EFFECTS, operations: [operation] };
  }

  /** What neither a name nor a call shows: shadows of PostgreSQL's own functions, operators, event triggers. */
  async #hidden(effects: StatementEffects, text: string, depth: number): Promise<CodeEffects[]> {
    const found: CodeEffects[] = [];
    for (const name of effects.functions) {
      if (name.includes(".") || functionReach(undefined, name) === "unknown") continue;
      found.push(await this.#callAny("FUNCTION", this.#store.functionsNamed(name, undefined), depth));
    }
    const { everywhere, operators, rowFunctions } = this.#store;
    const own = operators.filter(({ isOfExtension }) => !isOfExtension);
    const written = [...own, ...rowFunctions].filter(({ name }) => text.includes(name));
    found.push(
      await this.#callOids("FUNCTION", [...new Set(written.map((each) => each.function))], depth + 1),
    );
    // They are wherever there are values, so those that change nothing are not worth telling.
    const hidden = await this.#callOids("FUNCTION", everywhere, depth + 1);
    if (hidden.operations.some(({ tier }) => tier !== "read")) found.push(hidden);
    if (effects.operations.some(({ kind }) => kind === "define" || kind === "grant")) {
      const triggers = this.#store.eventTriggers.map((each) => each.function);
      found.push(await this.#callOids("TRIGGER", triggers, depth + 1));
    }
    return found;
  }

  async #relations(oids: readonly string[]): Promise<RelationFact[]> {
    await this.#store.loadOids({ relations: oids });
    return oids.flatMap((oid) => this.#store.relation(oid) ?? []);
  }

  /** A name that stands for one thing only, in whatever schema, has been found. */
  #named(object: TouchedObject): TouchedObject {
    const { name, role, schema } = object;
    const found = this.#store.relationsNamed(name, schema);
    return found.length === 1 ? this.#object(found[0] as RelationFact, role) : object;
  }

  #object({ name, schema }: { name: string; schema: string }, role: TouchedObject["role"]): TouchedObject {
    return { database: this.#database, name, resolved: "catalog", role, schema };
  }
}

function writeOf(operation: Operation, text: string): Write {
  const assigned = attempt(() => assignedColumns(text));
  const assignsKey = ({ columns }: CascadeFact) =>
    assigned === undefined || columns.some((column) => assigned.has(column));
  return { assignsKey, operation, truncatesOn: /\bcascade\b/i.test(text) };
}

function namesOf({ functions, operations }: StatementEffects) {
  const objects = operations.flatMap((operation) => operation.objects);
  return {
    functions: functions.map((name) => name.slice(name.lastIndexOf(".") + 1)),
    relations: objects.map(({ name }) => name),
  };
}

/** What a body reads from tables is worth telling, but not each read that names nothing. */
function isTelling({ objects, tier, verb }: Operation): boolean {
  return tier !== "read" || objects.length > 0 || PREPARING.has(verb);
}

/**
 * Whether it escapes its transaction, or changes the session, by something else than a call that was looked into. Of a
 * statement that has such calls nobody knows why it escapes, so whatever else could be the reason is taken for it.
 */
function escapesBeside({ changesSession, escapesTransaction, operations }: StatementEffects): boolean {
  if (changesSession.length > 0 || operations.some(({ verb }) => PREPARING.has(verb))) return true;
  if (!escapesTransaction) return false;
  const rest = operations.filter((operation) => !isUnknownCall(operation));
  return (
    rest.length === operations.length ||
    rest.some(
      ({ kind, tier, verb }) =>
        kind === "unknown" || tier === "admin" || verb === "FUNCTION" || verb === "DO",
    )
  );
}

/** A call of something that is not PostgreSQL's own. */
function isUnknownCall({ kind, objects: [object], verb }: Operation): boolean {
  const isCall = kind === "call" && (verb === "FUNCTION" || verb === "CALL");
  return isCall && object !== undefined && functionReach(object.schema, object.name) === "unknown";
}

function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
