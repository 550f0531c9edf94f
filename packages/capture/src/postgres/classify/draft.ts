import type { Operation, OperationKind, Tier, TouchedObject } from "@custody/domain";
import { isCatalogue } from "./catalogue-relations.ts";
import type { StatementEffects } from "./statement.ts";

/** An operation whose objects are still being collected; the map's keys keep each object from coming twice. */
export interface DraftOperation {
  kind: OperationKind;
  readonly objects: Map<string, TouchedObject>;
  tier: Tier;
  unbounded: boolean;
  verb: string;
}

type Optional = "control" | "copy" | "cursor" | "deallocates" | "discards" | "executes" | "prepares";

/** What is known so far about the statement under the visitor. */
export interface Draft {
  /** The functions that have an operation already; a list of thousands would be searched thousands of times. */
  readonly called: Set<string>;
  readonly changesSession: Set<string>;
  /** A literal decides what the statement does, so its effects may not be remembered for other literals. */
  constantsMatter: boolean;
  readonly database: string;
  escapesTransaction: boolean;
  readonly functions: Set<string>;
  readonly operations: DraftOperation[];
  readonly optional: { -readonly [Key in Optional]?: NonNullable<StatementEffects[Key]> };
  /** The statement's source text: for parts that are repeated verbatim. */
  readonly source: string;
  verb: string;
  writes: boolean;
}

export function newDraft(database: string, source: string): Draft {
  return {
    called: new Set(),
    changesSession: new Set(),
    constantsMatter: false,
    database,
    escapesTransaction: false,
    functions: new Set(),
    operations: [],
    optional: {},
    source,
    verb: "",
    writes: false,
  };
}

/** Adds an operation; whatever is no mere read counts as a write, unless the caller says otherwise. */
export function addOperation(
  draft: Draft,
  given: Pick<DraftOperation, "kind" | "tier" | "verb"> & { unbounded?: boolean; writes?: boolean },
): DraftOperation {
  const operation: DraftOperation = {
    kind: given.kind,
    objects: new Map(),
    tier: given.tier,
    unbounded: given.unbounded ?? false,
    verb: given.verb,
  };
  draft.operations.push(operation);
  if (given.writes ?? given.tier !== "read") draft.writes = true;
  if (draft.verb === "") draft.verb = given.verb;
  return operation;
}

/**
 * Written names only: the catalogue has not been asked.
 *
 * To change what belongs to the server itself is to administer it, by whatever statement; VACUUM and its kin, which
 * change nothing, are of kind `admin` already.
 */
export function touch(
  operation: DraftOperation,
  object: { database: string; name: string; role: TouchedObject["role"]; schema?: string | undefined },
): void {
  const { database, name, role, schema } = object;
  const key = `${role}\u0000${database}\u0000${schema ?? ""}\u0000${name}`;
  if (operation.objects.has(key)) return;
  if (role !== "read" && operation.kind !== "admin" && isCatalogue(schema, name)) operation.tier = "admin";
  operation.objects.set(key, {
    database,
    name,
    resolved: "syntax",
    role,
    ...(schema === undefined ? {} : { schema }),
  });
}

export function finish(draft: Draft): StatementEffects {
  const operations = draft.operations.map(finishOperation);
  return {
    changesSession: [...draft.changesSession],
    escapesTransaction: draft.escapesTransaction,
    functions: [...draft.functions],
    operations,
    tier: highestTier(operations),
    verb: draft.verb,
    writes: draft.writes,
    ...draft.optional,
  };
}

function finishOperation({ kind, objects, tier, unbounded, verb }: DraftOperation): Operation {
  return { kind, objects: [...objects.values()], tier, verb, ...(unbounded ? { unbounded } : {}) };
}

const tiers: readonly Tier[] = ["read", "write", "destructive", "admin"];

export function highestTier(operations: readonly Operation[]): Tier {
  return tiers[Math.max(0, ...operations.map(({ tier }) => tiers.indexOf(tier)))] ?? "admin";
}
