import type { SessionSummary } from "@custody/domain";
import { pagePlural, pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Fact, Facts } from "../detail/facts.tsx";
import { costText, tokensTitle } from "../sessions/cost-text.ts";
import { lastedMs } from "../sessions/lasted.ts";
import { formatMoment, formatSpan } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";

/** Who, what command, where and from what source, until when, and what it did and cost. */
export function SessionFacts({ session }: { readonly session: SessionSummary }): ReactNode {
  const { command, cost, directory, endedAt, expiresAt, host, id, parent, person, project, startedAt } =
    session;
  return (
    <div className="grid gap-x-8 gap-y-1 lg:grid-cols-2">
      <Facts
        facts={[
          [pageText("session.person"), person],
          [
            pageText("session.command"),
            command === undefined ? undefined : <Code key="command" text={command} />,
          ],
          [
            pageText("session.directory"),
            directory === undefined ? undefined : <Code key="directory" text={directory} />,
          ],
          [pageText("session.host"), host],
          ...sourceFacts(session),
          [pageText("session.project"), project],
          [
            pageText("session.parent"),
            parent === undefined ? undefined : <SessionLink key="parent" id={parent} />,
          ],
          [pageText("session.id"), <Code key="id" text={id} />],
        ]}
      />
      <Facts
        facts={[
          [
            pageText("session.began"),
            `${formatMoment(startedAt)}, ${pageText("sessions.lasted", { span: formatSpan(lastedMs(session, Date.now())) })}`,
          ],
          [pageText("session.ended"), endedAt && formatMoment(endedAt)],
          [pageText("session.valid"), expiresAt && formatMoment(expiresAt)],
          [pageText("session.counts"), countsText(session)],
          [pageText("session.tokens"), cost.requests === 0 ? undefined : tokensTitle(cost)],
          [
            pageText("session.cost"),
            <span key="cost" data-session-cost>
              {costText(cost)}
            </span>,
          ],
        ]}
      />
    </div>
  );
}

function sourceFacts({ branch, commit, repository }: SessionSummary): Fact[] {
  const at =
    commit !== undefined && branch !== undefined
      ? pageText("session.commit-on", { branch, commit: commit.slice(0, 12) })
      : commit;
  return [
    [pageText("session.repository"), repository],
    [pageText("session.commit"), at === undefined ? undefined : <Code key="commit" text={at} />],
  ];
}

function Code({ text }: { readonly text: string }): ReactNode {
  return (
    <span className="font-mono text-[12px]">
      <Recorded text={text} isCode />
    </span>
  );
}

function SessionLink({ id }: { readonly id: string }): ReactNode {
  return (
    <Link to={"/sessions/$session" as string} params={{ session: id } as never} className="link-button">
      {pageText("session.parent-link")}
    </Link>
  );
}

function countsText({ counts }: SessionSummary): string {
  const { denied, prompts, requests, statements, toolCalls, writes } = counts;
  return [
    pagePlural("session.count.prompts", prompts),
    pagePlural("session.count.requests", requests),
    pagePlural("session.count.tools", toolCalls),
    pagePlural("session.count.statements", statements),
    pagePlural("session.count.writes", writes),
    pagePlural("session.count.denied", denied),
  ].join(", ");
}
