import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { SessionTable } from "../sessions/session-table.tsx";
import { useSubAgents } from "./use-thread.ts";

/** The sessions that a session began itself, each with its own state and cost. Nothing where there are none. */
export function SubAgents({ session }: { readonly session: string }): ReactNode {
  const { data } = useSubAgents(session);
  const sessions = data?.sessions ?? [];
  if (sessions.length === 0) return null;
  return (
    <section aria-labelledby="sub-agents" className="mt-8">
      <h2 id="sub-agents" className="mb-2 text-[15px] font-semibold">
        {pageText("session.children")}
      </h2>
      <SessionTable
        label={pageText("session.children")}
        places={sessions.map((item) => ({ id: item.id, item }))}
      />
    </section>
  );
}
