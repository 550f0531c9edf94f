import { escapeText, pageText } from "@custody/messages";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { problemText } from "../api/problem-text.ts";
import { requestJson } from "../api/request.ts";
import { formatMoment } from "../text/format.ts";
import { useChange } from "./use-change.ts";

const SESSIONS_KEY = "sessions";

interface Session {
  readonly id: string;
  readonly method: string;
  readonly startedAt: string;
  readonly usedAt: string;
  readonly isThis: boolean;
}

interface SessionPage {
  readonly sessions: readonly Session[];
  readonly next: string | null;
}

/** The browsers that somebody is signed in with; each but this one can be signed out. */
export function Sessions(): ReactNode {
  const pages = useInfiniteQuery({
    queryKey: [SESSIONS_KEY],
    queryFn: ({ pageParam, signal }) =>
      requestJson<SessionPage>(`/api/me/sessions?limit=50${pageParam}`, { signal }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => (next === null ? undefined : `&after=${encodeURIComponent(next)}`),
  });
  const end = useChange<unknown>(SESSIONS_KEY);
  const sessions = pages.data?.pages.flatMap((page) => page.sessions) ?? [];
  return (
    <div className="mt-6">
      <h3 className="font-medium">{pageText("account.sessions")}</h3>
      <p className="text-ink-soft">{pageText("account.sessions-lead")}</p>
      <ul className="mt-2 flex flex-col gap-2" aria-label={pageText("account.sessions")}>
        {sessions.map((session) => (
          <SessionLine
            key={session.id}
            session={session}
            onEnd={() =>
              end.mutate({ body: {}, path: `/api/me/sessions/${encodeURIComponent(session.id)}/end` })
            }
          />
        ))}
      </ul>
      {pages.hasNextPage && (
        <button type="button" className="link-button mt-2" onClick={() => void pages.fetchNextPage()}>
          {pageText("people.more")}
        </button>
      )}
      <p role="alert" className="mt-2 text-bad empty:hidden">
        {end.isError && problemText(end.error)}
      </p>
    </div>
  );
}

function SessionLine({
  onEnd,
  session,
}: {
  readonly session: Session;
  readonly onEnd: () => void;
}): ReactNode {
  const since = formatMoment(session.startedAt);
  return (
    <li data-session={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="me-auto">
        {pageText("account.session", {
          method: escapeText(session.method),
          since,
          used: formatMoment(session.usedAt),
        })}
      </span>
      {session.isThis ? (
        <strong>{pageText("account.session-this")}</strong>
      ) : (
        <button
          type="button"
          className="plain-button"
          aria-label={pageText("account.session-end-label", { since })}
          onClick={onEnd}
        >
          {pageText("account.session-end")}
        </button>
      )}
    </li>
  );
}
