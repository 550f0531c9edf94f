import type { Dialogue } from "../dialogue.ts";
import { FIRST_OF_USERS } from "../statistics/row-counters.ts";
import type { CodeWords } from "./code-words.ts";

export interface ReachableFunction {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly language: string;
  readonly isTrusted: boolean;
  readonly isVolatile: boolean;
  readonly extension: string | undefined;
  /** Its text, when it is in SQL or PL/pgSQL. */
  readonly source: string | undefined;
  /** Found in the first round: by a word of the statement, and not of other code. */
  readonly isNamedByStatement: boolean;
}

export interface ReachableRelation {
  readonly name: string;
  readonly isForeign: boolean;
  /** Everything that hangs on it and is code: rules, defaults, checks, policies, indexes, conditions of triggers. */
  readonly code: string;
}

export interface Found {
  readonly functions: readonly ReachableFunction[];
  readonly relations: readonly ReachableRelation[];
}

const names = "(ARRAY(SELECT each::name FROM json_array_elements_text($1::json) each))";
const ids = "(ARRAY(SELECT each::oid FROM json_array_elements_text($2::json) each))";

/** Tables and views by their names, with what belongs to them and what refers to them, which a cascade would reach. */
const relationsSql = `
WITH RECURSIVE reached(id) AS (
  SELECT c.oid FROM pg_catalog.pg_class c
   WHERE c.relname = ANY ${names} AND c.relkind IN ('r','p','v','m','f')
     AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  UNION
  SELECT link.id FROM reached, LATERAL (
    SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = reached.id
    UNION ALL SELECT inhparent FROM pg_catalog.pg_inherits WHERE inhrelid = reached.id
    UNION ALL SELECT conrelid FROM pg_catalog.pg_constraint WHERE confrelid = reached.id AND contype = 'f'
  ) link(id))
SELECT c.oid::text, n.nspname || '.' || c.relname, (c.relkind = 'f')::text,
  concat_ws(E'\\n',
    (SELECT string_agg(pg_get_ruledef(r.oid), E'\\n') FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid),
    (SELECT string_agg(pg_get_expr(d.adbin, d.adrelid), E'\\n') FROM pg_catalog.pg_attrdef d WHERE d.adrelid = c.oid),
    (SELECT string_agg(pg_get_constraintdef(k.oid), E'\\n') FROM pg_catalog.pg_constraint k
      WHERE k.conrelid = c.oid AND k.contype IN ('c','x')),
    (SELECT string_agg(concat_ws(E'\\n', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
       E'\\n') FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid),
    (SELECT string_agg(pg_get_indexdef(i.indexrelid), E'\\n') FROM pg_catalog.pg_index i
      WHERE i.indrelid = c.oid AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)),
    pg_get_partkeydef(c.oid),
    (SELECT string_agg(pg_get_triggerdef(t.oid), E'\\n') FROM pg_catalog.pg_trigger t
      WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgqual IS NOT NULL)),
  coalesce((SELECT json_agg(t.tgfoid::text) FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'), '[]')::text
FROM reached JOIN pg_catalog.pg_class c ON c.oid = reached.id JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid <> ALL ${ids}`;

/** An aggregate is what its parts are. Arguments are read for their defaults, and do not begin a statement. Built-in functions that only compute are many, and no concern of ours. */
const functionsSql = `
SELECT p.oid::text, n.nspname, p.proname, l.lanname, l.lanpltrusted::text, (p.provolatile = 'v')::text, e.extname,
  CASE WHEN l.lanname IN ('sql','plpgsql') AND n.nspname <> 'pg_catalog' AND p.prokind <> 'a' THEN
    concat_ws(' ; default ', coalesce(pg_get_function_sqlbody(p.oid), p.prosrc),
      pg_get_function_arguments(p.oid)) END,
  coalesce((SELECT json_agg(part::oid::text) FROM pg_catalog.pg_aggregate a,
    unnest(ARRAY[a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn,
      a.aggminvtransfn, a.aggmfinalfn]::oid[]) part WHERE a.aggfnoid = p.oid AND part::oid <> 0), '[]')::text
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
WHERE (p.proname = ANY ${names} OR p.oid = ANY ${ids})
  AND (n.nspname <> 'pg_catalog' OR p.provolatile = 'v' OR p.proname = ANY ('{query_to_xml,query_to_xml_and_xmlschema,
    query_to_xmlschema,cursor_to_xml,cursor_to_xmlschema,ts_rewrite,ts_stat}'::name[]))
  AND n.nspname <> 'information_schema'`;

/** What no statement names and any may run: operators, casts and orders of one's own, and the checks of domains. */
const unnamedSql = `
SELECT coalesce(json_agg(id), '[]')::text FROM (
  SELECT oprcode::oid::text FROM pg_catalog.pg_operator WHERE oprnamespace <> 'pg_catalog'::regnamespace
  UNION SELECT castfunc::text FROM pg_catalog.pg_cast WHERE castfunc >= ${FIRST_OF_USERS}
  UNION SELECT amproc::oid::text FROM pg_catalog.pg_amproc WHERE amproc::oid >= ${FIRST_OF_USERS}
  UNION SELECT rngsubdiff::oid::text FROM pg_catalog.pg_range WHERE rngsubdiff::oid >= ${FIRST_OF_USERS}) each(id)`;
const domainsSql = `
SELECT coalesce(string_agg(pg_get_constraintdef(oid), E'\\n'), '') FROM pg_catalog.pg_constraint
WHERE contypid <> 0 AND connamespace <> 'information_schema'::regnamespace`;
const eventTriggersSql = `
SELECT coalesce(json_agg(evtfoid::oid::text), '[]')::text FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D'`;

/** Asks the catalogue, round by round, for what the words known so far can reach. */
export class Reachable {
  readonly #client: Dialogue;
  readonly #askedWords = new Set<string>();
  readonly #functions = new Set<string>();
  readonly #relations = new Set<string>();
  /** Functions that are reached by their number. */
  #pending = new Set<string>();
  #round = 0;
  #knowsEventTriggers = false;

  constructor(client: Dialogue) {
    this.#client = client;
  }

  /** What is new; undefined when nothing is. */
  async next(code: CodeWords): Promise<Found | undefined> {
    const words = [...code.words].filter((word) => !this.#askedWords.has(word));
    for (const word of words) this.#askedWords.add(word);
    const relations: ReachableRelation[] = [];
    if (this.#round === 0) relations.push(await this.#findUnnamed());
    if (code.defines && !this.#knowsEventTriggers) await this.#findEventTriggers();
    if (words.length === 0 && this.#pending.size === 0) return undefined;
    relations.push(...(await this.#findRelations(words)));
    const functions = await this.#findFunctions(words);
    this.#round += 1;
    return { functions, relations };
  }

  async #findUnnamed(): Promise<ReachableRelation> {
    for (const id of listOf(await this.#client.rows(unnamedSql))) this.#pending.add(id);
    const [row] = await this.#client.rows(domainsSql);
    return { code: row?.[0] ?? "", isForeign: false, name: "" };
  }

  async #findEventTriggers(): Promise<void> {
    this.#knowsEventTriggers = true;
    for (const id of listOf(await this.#client.rows(eventTriggersSql))) this.#pending.add(id);
  }

  async #findRelations(words: readonly string[]): Promise<ReachableRelation[]> {
    const parameters = [JSON.stringify(words), JSON.stringify([...this.#relations])];
    const rows = await this.#client.rows(relationsSql, parameters);
    return rows.map(([id, name, isForeign, code, triggers]) => {
      this.#relations.add(id ?? "");
      for (const each of JSON.parse(triggers ?? "[]") as string[]) this.#pending.add(each);
      return { code: code ?? "", isForeign: isForeign === "true", name: name ?? "" };
    });
  }

  async #findFunctions(words: readonly string[]): Promise<ReachableFunction[]> {
    const byNumber = this.#pending;
    this.#pending = new Set();
    const parameters = [JSON.stringify(words), JSON.stringify([...byNumber])];
    const rows = await this.#client.rows(functionsSql, parameters);
    return rows.flatMap(([id, schema, name, language, isTrusted, isVolatile, extension, source, parts]) => {
      if (this.#functions.has(id ?? "")) return [];
      this.#functions.add(id ?? "");
      for (const each of JSON.parse(parts ?? "[]") as string[]) this.#pending.add(each);
      return [
        {
          extension: extension ?? undefined,
          id: id ?? "",
          isNamedByStatement: this.#round === 0 && !byNumber.has(id ?? ""),
          isTrusted: isTrusted === "true",
          isVolatile: isVolatile === "true",
          language: language ?? "",
          name: name ?? "",
          schema: schema ?? "",
          source: source ?? undefined,
        },
      ];
    });
  }
}

function listOf(rows: readonly (readonly (string | null)[])[]): string[] {
  return JSON.parse(rows[0]?.[0] ?? "[]") as string[];
}
