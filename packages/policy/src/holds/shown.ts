import type { Asked, Parameter, Simulation } from "@custody/domain";
import { canonical } from "./canonical.ts";

/** All that a human sees before deciding; an approval names its digest. */
export interface ShownHold {
  readonly id: string;
  readonly statements: readonly {
    readonly verb: string;
    readonly text: string;
    readonly digest: string;
    readonly parameters: readonly Parameter[];
    /** Base64, where the text could not be exact. */
    readonly bytes?: string;
  }[];
  readonly target: {
    readonly name: string;
    readonly environment: string;
    readonly database: string;
    /** The server's own id. */
    readonly identity: string;
  };
  readonly asker: {
    readonly session: string;
    readonly project: string;
    readonly agent: string;
    readonly human: string;
  };
  /** What the statements run and do not say themselves: what was prepared before. */
  readonly runs: readonly string[];
  readonly role: string;
  readonly searchPath: string;
  readonly rule: string;
  readonly reasons: readonly string[];
  readonly policy: string;
  /** Undefined where it was not found out. */
  readonly impact?: Simulation | undefined;
  /** The digest of the rows before and after, which stand in a record `db.rows.shown` of the held act. */
  readonly rows?: string | undefined;
  /** Why what it does cannot be compared with that; undefined where it is. */
  readonly unenforceable?: string | undefined;
  readonly isInTransaction: boolean;
  readonly waits: boolean;
  readonly approvers: number;
  readonly isPasskeyNeeded: boolean;
  readonly requestedAt: string;
  readonly expiresAt: string;
}

/** Its exact text: what is digested, and what the page and the command show. */
export function shownText(
  id: string,
  asked: Asked,
  { expiresAt, requestedAt }: { readonly requestedAt: string; readonly expiresAt: string },
): string {
  const { actions, circumstances, decision, held, impact, isInTransaction, rows, terms, unenforceable } =
    asked;
  const { waits } = asked;
  const { session, target } = held;
  const shown: ShownHold = {
    approvers: terms.approvers,
    asker: {
      agent: session.actor.agent?.name ?? "",
      human: session.actor.human?.name ?? "",
      project: session.project,
      session: session.id,
    },
    expiresAt,
    id,
    impact,
    isInTransaction,
    isPasskeyNeeded: terms.isPasskeyNeeded === true,
    policy: decision.policy,
    reasons: decision.reasons,
    requestedAt,
    role: circumstances.role,
    rows,
    rule: decision.rule,
    runs: circumstances.runs,
    searchPath: circumstances.settings["search_path"] ?? "",
    statements: actions.map(({ operations, statement }) => ({
      ...(statement?.bytes === undefined ? undefined : { bytes: statement.bytes }),
      digest: statement?.digest ?? "",
      parameters: statement?.parameters ?? [],
      text: statement?.text ?? "",
      verb: operations[0]?.verb ?? "",
    })),
    target: {
      database: target.database ?? "",
      environment: target.environment,
      identity: target.identity ?? "",
      name: target.name,
    },
    unenforceable,
    waits,
  };
  return canonical(shown);
}
