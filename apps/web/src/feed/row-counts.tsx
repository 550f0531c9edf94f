import type { RecordRow } from "@custody/domain";
import { pagePlural } from "@custody/messages";
import type { ReactNode } from "react";

/** Rows affected before rows read: what was changed counts for more. */
export function RowCounts({ rows }: { readonly rows: RecordRow["rows"] }): ReactNode {
  if (rows?.affected !== undefined)
    return <span className="font-medium">{pagePlural("feed.affected", rows.affected)}</span>;
  const returned = rows?.returned ?? rows?.matched;
  if (returned === undefined) return null;
  return <span className="text-ink-soft">{pagePlural("feed.returned", returned)}</span>;
}
