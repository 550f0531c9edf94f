import type { AuditRecord, Effect, Environment, Level, Message, Outcome, Tier } from "@custody/domain";
import { facetToken } from "../search/facet-tokens.ts";
import { plainText } from "../search/words.ts";
import { TIERS } from "./levels.ts";
import { touchedTables } from "./touched-tables.ts";

/** How many objects a row names. */
const OBJECTS_MAX = 8;

/** Who did it and where: what all rows of a session have in common, and so mostly the key that encrypts them. */
export interface Context {
  /** The data key of their entries. What rows share does not outlive the last of them. */
  readonly keyId: string;
  readonly project: string;
  readonly session?: string;
  readonly parentSession?: string;
  readonly agent?: string;
  readonly human?: string;
  readonly target?: string;
  readonly environment?: Environment;
  /** Nobody has seen it: somebody says so. */
  readonly isReported?: true;
  /** Further names by which the rows are found: the database and its user. */
  readonly names?: string;
}

/** What was done and how it ended: what rows of statements of one form have in common. */
export interface Shape {
  readonly type: string;
  readonly level: Level;
  readonly verbs: readonly string[];
  /** Every table that is touched, as `schema.name`, or a name alone. */
  readonly tables: readonly string[];
  /** A letter for each of them: it is read, written, or both. */
  readonly roles: string;
  /** The same by their names alone, where those are others. */
  readonly names: readonly string[];
  readonly tier?: Tier;
  readonly decision?: NonNullable<AuditRecord["decision"]>["effect"];
  readonly rule?: string;
  readonly status?: Effect["status"];
  readonly code?: string;
  readonly outcome?: Outcome;
  /** Of whom a model's answer was, where it said what it took. */
  readonly provider?: string;
  readonly model?: string;
  /** Only statements share their messages. */
  readonly message?: Message;
}

/** What a number stands for that no row has any more. */
export const NO_CONTEXT: Context = { keyId: "", project: "" };
export const NO_SHAPE: Shape = { level: "debug", names: [], roles: "", tables: [], type: "", verbs: [] };

export function contextOf(
  { actor, parentSession, project, session, source, target }: AuditRecord,
  keyId: string,
): Context {
  const names = [actor.service, target?.database, target?.user]
    .filter((name) => name !== undefined)
    .join(" ");
  return {
    keyId,
    project,
    ...(session === undefined ? undefined : { session }),
    ...(parentSession === undefined ? undefined : { parentSession }),
    ...(actor.agent === undefined ? undefined : { agent: actor.agent.name }),
    ...(actor.human === undefined ? undefined : { human: actor.human.name }),
    ...(target === undefined ? undefined : { environment: target.environment, target: target.name }),
    ...(source.vantage === "reported" ? { isReported: true } : undefined),
    ...(names === "" ? undefined : { names }),
  };
}

export function shapeOf(record: AuditRecord): Shape {
  const { decision, effect, level, message, operations, transaction, type, usage } = record;
  const tier = highestTier(operations);
  return {
    type,
    level,
    verbs: operations === undefined ? [] : unique(operations.map(({ verb }) => verb)),
    ...namesOf(operations),
    ...(tier === undefined ? undefined : { tier }),
    ...(decision === undefined ? undefined : { decision: decision.effect, rule: decision.rule }),
    ...(effect === undefined ? undefined : { status: effect.status }),
    ...(effect?.code === undefined ? undefined : { code: effect.code }),
    ...(transaction === undefined ? undefined : { outcome: transaction.outcome }),
    ...(usage === undefined ? undefined : { model: usage.model, provider: usage.provider }),
    ...(operations === undefined ? undefined : { message }),
  };
}

/** Different for different contexts. */
export function contextKey(context: Context): string {
  const { agent, environment, human, isReported, keyId, names, parentSession, project } = context;
  const { session, target } = context;
  return `${isReported ? "r" : ""}${part(keyId)}${part(project)}${part(session)}${part(parentSession)}${part(agent)}${part(human)}${part(target)}${part(environment)}${part(names)}`;
}

/** Different for different shapes. */
export function shapeKey(shape: Shape): string {
  const { code, decision, level, message, model, names, outcome, provider, roles } = shape;
  const { rule, status, tables, tier, type, verbs } = shape;
  return (
    `${part(type)}${part(level)}${part(tier)}${part(decision)}${part(rule)}${part(status)}${part(code)}${part(outcome)}` +
    `${part(roles)}${part(provider)}${part(model)}${parts(verbs)}${parts(tables)}${parts(names)}${message === undefined ? "" : JSON.stringify(message)}`
  );
}

/** With its length in front, so that no two lists of parts make the same text. */
function part(text: string | undefined): string {
  return text === undefined ? "-" : `${text.length}:${text}`;
}

function parts(texts: readonly string[]): string {
  let all = `${texts.length};`;
  for (const text of texts) all += part(text);
  return all;
}

export function shownObjects({ tables }: Shape): readonly string[] {
  return tables.length > OBJECTS_MAX ? tables.slice(0, OBJECTS_MAX) : tables;
}

/** What makes the rows of a context searchable, by words. */
export function contextWords({ agent, human, names, project, target }: Context): string {
  return plainText([agent, human, target, project, names].filter((name) => name !== undefined).join(" "));
}

export function shapeWords({ rule, tables, verbs }: Shape): string {
  return plainText([...verbs, ...tables, rule ?? ""].join(" "));
}

/** The tokens by which a search can be narrowed to a context. */
export function contextTokens({ agent, project, session, target }: Context): string {
  return [
    facetToken("project", project),
    ...(agent === undefined ? [] : [facetToken("agent", agent)]),
    ...(session === undefined ? [] : [facetToken("session", session)]),
    ...(target === undefined ? [] : [facetToken("target", target)]),
  ].join(" ");
}

export function shapeTokens({ level, names, tables, tier, type }: Shape): string {
  return [
    facetToken("type", type),
    facetToken("level", level),
    ...(tier === undefined ? [] : [facetToken("tier", tier)]),
    ...[...tables, ...names].map((name) => facetToken("table", name)),
  ].join(" ");
}

/** A table may be asked for by its name alone. */
function namesOf(operations: AuditRecord["operations"]): Pick<Shape, "names" | "roles" | "tables"> {
  const touched = touchedTables(operations);
  const tables = new Map<string, string>();
  for (const { role, table } of touched) {
    const letter = role === "read" ? "r" : "w";
    const known = tables.get(table) ?? letter;
    tables.set(table, known === letter ? letter : "b");
  }
  const names = new Set(touched.map(({ name }) => name).filter((name) => !tables.has(name)));
  return { names: [...names], roles: [...tables.values()].join(""), tables: [...tables.keys()] };
}

function highestTier(operations: AuditRecord["operations"]): Tier | undefined {
  let highest = -1;
  for (const { tier } of operations ?? []) highest = Math.max(highest, TIERS.indexOf(tier));
  return TIERS[highest];
}

function unique(texts: readonly string[]): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)];
}
