import { escapeText, pageText } from "@custody/messages";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { problemText } from "../api/problem-text.ts";
import { Notice } from "../frame/notice.tsx";
import { useKeys } from "../keyboard/use-keys.ts";
import { useLineKeys } from "../keyboard/use-line-keys.ts";
import { StateMark } from "../sessions/state-mark.tsx";
import { TerminalPanel } from "../terminal/terminal-panel.tsx";
import { formatMoment } from "../text/format.ts";
import { SessionFacts } from "./session-facts.tsx";
import { SubAgents } from "./sub-agents.tsx";
import { ThreadView } from "./thread-view.tsx";
import { useSession } from "./use-thread.ts";

/** One session: who and what it was, its sub-agents, what happened in it, and the record that is open beside that. */
export function SessionPage(): ReactNode {
  const { id: openId, session = "" } = useParams({ strict: false }) as {
    readonly id?: string;
    readonly session?: string;
  };
  const navigate = useNavigate();
  const page = useRef<HTMLElement>(null);
  useLineKeys(page);
  const isOpen = openId !== undefined;
  const closeIfOpen = (): void => {
    if (isOpen) void navigate({ params: { session }, to: "/sessions/$session" } as never);
  };
  useKeys({ Escape: closeIfOpen });
  return (
    <div className="flex min-h-0 flex-1">
      <main
        ref={page}
        className={`min-w-0 flex-1 overflow-auto ${isOpen ? "max-lg:hidden" : ""}`}
        data-scrolls
      >
        {/* Another session is another page: what was folded in one is not in the other. */}
        <SessionBody key={session} session={session} openId={openId} />
      </main>
      {isOpen && <Outlet />}
    </div>
  );
}

function SessionBody({
  openId,
  session,
}: {
  readonly session: string;
  readonly openId: string | undefined;
}): ReactNode {
  const { data, error } = useSession(session);
  if (error !== null && data === undefined)
    return <Notice title={pageText("session.failed", { reason: problemText(error) })} />;
  return (
    <div className="mx-auto max-w-6xl px-6 py-6 max-sm:px-3">
      <p className="mb-2">
        <Link to={"/sessions" as string} className="link-button">
          {pageText("session.back")}
        </Link>
      </p>
      <div className="mb-4 flex min-h-8 flex-wrap items-center gap-3">
        <h1 className="text-xl font-semibold tracking-tight [overflow-wrap:anywhere]">
          {data === undefined
            ? pageText("session.id")
            : pageText("session.title", {
                agent: escapeText(data.agent ?? pageText("sessions.nobody")),
                time: formatMoment(data.startedAt),
              })}
        </h1>
        {data !== undefined && <StateMark session={data} />}
      </div>
      {data !== undefined && (
        <>
          <SessionFacts session={data} />
          <p className="mt-3 flex gap-4">
            <Link to="/" search={{ session } as never} className="link-button">
              {pageText("session.activity")}
            </Link>
            <Link to="/" search={{ session, type: "prompt.submitted" } as never} className="link-button">
              {pageText("session.prompts")}
            </Link>
          </p>
          {data.command !== undefined && <TerminalPanel session={data} />}
          <SubAgents session={session} />
          <ThreadView session={session} summary={data} openId={openId} />
        </>
      )}
    </div>
  );
}
