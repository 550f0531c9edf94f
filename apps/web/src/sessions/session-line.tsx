import type { SessionSummary } from "@custody/domain";
import { escapeText, pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatCount, formatShort, formatSpan, formatUtc } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import { costText, tokensText, tokensTitle } from "./cost-text.ts";
import { lastedMs } from "./lasted.ts";
import { StateMark } from "./state-mark.tsx";

/** One session: how it stands, who, what it did, what it cost. Two lines of fixed height. */
export function SessionLine({ session }: { readonly session: SessionSummary }): ReactNode {
  const { agent, cost, counts, id, lastAt, parent, person, project, startedAt } = session;
  const { denied, prompts, requests, statements, writes } = counts;
  return (
    <tr className="h-12 border-t border-line hover:bg-hover" data-session={id}>
      <td className="px-3">
        <StateMark session={session} />
      </td>
      <th scope="row" className="max-w-64 px-3 text-start font-normal">
        <Link
          to={"/sessions/$session" as string}
          params={{ session: id } as never}
          data-line
          aria-label={pageText("sessions.open", {
            agent: escapeText(agent ?? pageText("sessions.nobody")),
            time: formatShort(startedAt),
          })}
          className="link-button block truncate"
        >
          {agent === undefined ? pageText("sessions.nobody") : <Recorded text={agent} />}
        </Link>
        <div className="truncate text-[11.5px] text-ink-faint">
          {parent !== undefined && `${pageText("sessions.sub-agent")} `}
          {person !== undefined && pageText("sessions.for", { person: escapeText(person) })}
        </div>
      </th>
      <td className="max-w-40 truncate px-3">{project !== "" && <Recorded text={project} />}</td>
      <Moment time={startedAt}>
        {pageText("sessions.lasted", { span: formatSpan(lastedMs(session, Date.now())) })}
      </Moment>
      {[prompts, requests, statements, writes].map((count, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns have no identity but their place.
        <td key={at} className={`px-3 text-end ${count === 0 ? "text-ink-faint" : ""}`}>
          {formatCount(count)}
        </td>
      ))}
      <td className={`px-3 text-end ${denied === 0 ? "text-ink-faint" : "font-medium text-bad"}`}>
        {formatCount(denied)}
      </td>
      <td className="px-3 text-end whitespace-nowrap text-ink-soft" title={tokensTitle(cost)}>
        {cost.requests > 0 && tokensText(cost)}
      </td>
      <td className={`px-3 text-end whitespace-nowrap ${cost.requests === 0 ? "text-ink-faint" : ""}`}>
        {costText(cost)}
      </td>
      <Moment time={lastAt} />
    </tr>
  );
}

function Moment({ children, time }: { readonly children?: ReactNode; readonly time: string }): ReactNode {
  return (
    <td className="px-3 whitespace-nowrap" title={pageText("feed.utc", { time: formatUtc(time) })}>
      {formatShort(time)}
      {children !== undefined && <div className="text-[11.5px] text-ink-faint">{children}</div>}
    </td>
  );
}
