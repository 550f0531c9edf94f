import type { TableTotal } from "@custody/domain";
import { escapeText, pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatCount, formatMoment, formatUtc } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";

export function TableLine({ row }: { readonly row: TableTotal }): ReactNode {
  const { denied, lastTime, reads, rowsAffected, statements, table, target, writes } = row;
  return (
    <tr className="h-10 border-t border-line hover:bg-hover">
      <th scope="row" className="px-4 text-start font-mono font-normal">
        <Link
          to="/"
          search={{ table, target } as never}
          aria-label={pageText("tables.open", { table: escapeText(table), target: escapeText(target) })}
          className="link-button"
        >
          <Recorded text={table} />
        </Link>
      </th>
      <td className="px-4">
        <Recorded text={target} />
      </td>
      {[statements, reads, writes, denied, rowsAffected].map((count, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns have no identity but their place.
        <td key={at} className={`px-4 text-end ${count === 0 ? "text-ink-faint" : ""}`}>
          {formatCount(count)}
        </td>
      ))}
      <td className="px-4 text-end text-ink-soft" title={pageText("feed.utc", { time: formatUtc(lastTime) })}>
        {formatMoment(lastTime)}
      </td>
    </tr>
  );
}
