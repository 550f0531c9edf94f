import { askCatalogue, type CatalogueQuery } from "./ask-catalogue.ts";
import type { EventTriggerFact, FunctionFact, OperatorFact, RelationFact, WrittenFact } from "./facts.ts";

/** What is to be known before one can go on. */
export interface Needed {
  readonly relations?: Iterable<string>;
  readonly functions?: Iterable<string>;
}

/**
 * What was asked of the catalogue so far. It is asked once for each name and each object id, also for those that it does
 * not have; whoever thinks that it has changed begins with a new store.
 */
export class FactStore {
  readonly #query: CatalogueQuery;
  readonly #functions = new Map<string, FunctionFact>();
  readonly #relations = new Map<string, RelationFact>();
  readonly #functionsNamed = new Map<string, FunctionFact[]>();
  readonly #relationsNamed = new Map<string, RelationFact[]>();
  readonly #asked = new Set<string>();
  #isBegun = false;
  operators: readonly OperatorFact[] = [];
  rowFunctions: readonly WrittenFact[] = [];
  everywhere: readonly string[] = [];
  eventTriggers: readonly EventTriggerFact[] = [];
  showsCounters = false;

  constructor(query: CatalogueQuery) {
    this.#query = query;
  }

  /** How many functions and relations are known. */
  get size(): number {
    return this.#functions.size + this.#relations.size;
  }

  async loadNames({ functions = [], relations = [] }: Needed): Promise<void> {
    const functionNames = this.#unasked("f", functions);
    const relationNames = this.#unasked("r", relations);
    if (functionNames.length + relationNames.length === 0 && this.#isBegun) return;
    await this.#ask({ functionNames, functionOids: [], relationNames, relationOids: [] });
  }

  async loadOids({ functions = [], relations = [] }: Needed): Promise<void> {
    const functionOids = this.#unasked("F", functions);
    const relationOids = this.#unasked("R", relations);
    if (functionOids.length + relationOids.length === 0) return;
    await this.#ask({ functionNames: [], functionOids, relationNames: [], relationOids });
  }

  function(oid: string): FunctionFact | undefined {
    return this.#functions.get(oid);
  }

  relation(oid: string): RelationFact | undefined {
    return this.#relations.get(oid);
  }

  /** Whatever a name can stand for: in the schema that is given, or in any. */
  functionsNamed(name: string, schema: string | undefined): readonly FunctionFact[] {
    return inSchema(this.#functionsNamed.get(name), schema);
  }

  relationsNamed(name: string, schema: string | undefined): readonly RelationFact[] {
    return inSchema(this.#relationsNamed.get(name), schema);
  }

  #unasked(kind: string, names: Iterable<string>): string[] {
    return [...new Set(names)].filter((name) => !this.#asked.has(`${kind}${name}`));
  }

  async #ask(wanted: Parameters<typeof askCatalogue>[1]): Promise<void> {
    const facts = await askCatalogue(this.#query, wanted);
    this.#isBegun = true;
    for (const fact of facts.functions) keep(fact, this.#functions, this.#functionsNamed);
    for (const fact of facts.relations) keep(fact, this.#relations, this.#relationsNamed);
    this.operators = facts.operators;
    this.rowFunctions = facts.rowFunctions;
    this.everywhere = facts.everywhere;
    this.eventTriggers = facts.eventTriggers;
    this.showsCounters = facts.showsCounters;
    const { functionNames, functionOids, relationNames, relationOids } = wanted;
    for (const [kind, names] of [
      ["f", functionNames],
      ["F", functionOids],
      ["r", relationNames],
      ["R", relationOids],
    ] as const)
      for (const name of names) this.#asked.add(`${kind}${name}`);
  }
}

interface Named {
  readonly oid: string;
  readonly name: string;
  readonly schema: string;
}

function keep<Fact extends Named>(fact: Fact, byOid: Map<string, Fact>, byName: Map<string, Fact[]>): void {
  byOid.set(fact.oid, fact);
  const others = byName.get(fact.name)?.filter(({ oid }) => oid !== fact.oid) ?? [];
  byName.set(fact.name, [...others, fact]);
}

function inSchema<Fact extends Named>(
  facts: readonly Fact[] | undefined,
  schema: string | undefined,
): readonly Fact[] {
  return (facts ?? []).filter((fact) => schema === undefined || isCalled(fact.schema, schema));
}

/** Each session has a schema of its own for what is temporary, and calls it by the same name. */
function isCalled(schema: string, name: string): boolean {
  return schema === name || (name === "pg_temp" && schema.startsWith("pg_temp_"));
}
