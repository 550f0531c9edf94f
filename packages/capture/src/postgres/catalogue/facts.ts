/** What the catalogue says, as far as it matters for what a statement can do. Object ids are texts. */

/** A function, procedure or aggregate of a schema that is not the server's own. */
export interface FunctionFact {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** `pg_language.lanname`. */
  readonly language: string;
  /** `pg_proc.provolatile`: immutable, stable, volatile. */
  readonly volatility: "i" | "s" | "v";
  /** The extension that it belongs to. */
  readonly extension: string | null;
  /** `CREATE FUNCTION …` as the server writes it, for SQL and PL/pgSQL. */
  readonly definition: string | null;
  /** `pg_proc.prosrc` of an SQL function; null when the server keeps its body parsed. */
  readonly source: string | null;
  /** `BEGIN ATOMIC …` or `RETURN …`, when the server keeps it parsed. */
  readonly parsedBody: string | null;
  /** The functions that an aggregate is made of. */
  readonly parts: readonly string[];
}

/** `pg_trigger`, enabled ones that users made. `events` are the bits of `tgtype`. */
interface TriggerFact {
  readonly events: number;
  readonly function: string;
}

/** A foreign key of another table, which follows what becomes of this one's rows. */
export interface CascadeFact {
  readonly relation: string;
  /** `pg_constraint.confdeltype` and `confupdtype`: a nothing, r restrict, c cascade, n set null, d set default. */
  readonly onDelete: string;
  readonly onUpdate: string;
  /** The columns of this table that it refers to. */
  readonly columns: readonly string[];
}

/** A rule that is not the view itself. `event` is `pg_rewrite.ev_type`: 1 select, 2 update, 3 insert, 4 delete. */
interface RuleFact {
  readonly event: string;
  readonly definition: string;
}

export interface RelationFact {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** `pg_class.relkind`: r table, p partitioned, v view, m materialised view, f foreign, S sequence. */
  readonly kind: string;
  readonly triggers: readonly TriggerFact[];
  readonly cascades: readonly CascadeFact[];
  readonly rules: readonly RuleFact[];
  /** The relations that a view reads, and writes when it can be written. */
  readonly reads: readonly string[];
  /** The partitions and inheriting tables right below it. */
  readonly children: readonly string[];
  /** Functions of users that run when it is read: in a view, in a policy. */
  readonly readCalls: readonly string[];
  /** Functions of users that run when it is written: in defaults, checks, indexes, policies. */
  readonly writeCalls: readonly string[];
}

/** What users have made that is written in another way than a call, and the function behind it. */
export interface WrittenFact {
  readonly name: string;
  readonly function: string;
}

/** `isOfExtension`: whoever administers the server has installed it. */
export interface OperatorFact extends WrittenFact {
  readonly isOfExtension: boolean;
}

export interface EventTriggerFact {
  readonly event: string;
  readonly function: string;
}

export interface Facts {
  readonly functions: readonly FunctionFact[];
  readonly relations: readonly RelationFact[];
  readonly operators: readonly OperatorFact[];
  /** Functions of one row, which can be written as if they were its columns. */
  readonly rowFunctions: readonly WrittenFact[];
  /** Functions behind casts and the checks of domains, which run wherever a value comes or goes. */
  readonly everywhere: readonly string[];
  readonly eventTriggers: readonly EventTriggerFact[];
  /** Every role may read how many rows its own transaction has changed, as it is unless somebody has forbidden it. */
  readonly showsCounters: boolean;
}

/** What is asked for: by name in every schema of users, or by object id. */
export interface Wanted {
  readonly relationNames: readonly string[];
  readonly relationOids: readonly string[];
  readonly functionNames: readonly string[];
  readonly functionOids: readonly string[];
}
