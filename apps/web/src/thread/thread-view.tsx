import type { SessionSummary, ThreadNode } from "@custody/domain";
import { pagePlural, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { Notice } from "../frame/notice.tsx";
import { keyOf, openAtFirst } from "./folding.ts";
import { ThreadBranch } from "./thread-branch.tsx";
import { useSeen } from "./use-seen.ts";
import { useThread } from "./use-thread.ts";

interface ThreadViewProps {
  readonly session: string;
  /** As it stands now: when it is later than what is shown here, there is more. */
  readonly summary: SessionSummary | undefined;
  readonly openId: string | undefined;
}

/** What happened in a session, as a tree, page by page. What is new comes when it is asked for, so that nothing moves. */
export function ThreadView({ openId, session, summary }: ThreadViewProps): ReactNode {
  const thread = useThread(session);
  const pages = thread.data?.pages ?? [];
  const nodes = pages.flatMap((page) => page.nodes);
  const notJoined = pages.flatMap((page) => page.notJoined);
  const others = pages[0]?.session.others ?? 0;
  const records = pages[0]?.records ?? 0;
  const { isOutdated, markSeen } = useSeen(thread.dataUpdatedAt, summary?.lastAt);
  function showNew(): void {
    markSeen();
    void thread.refetch();
  }
  return (
    <section aria-labelledby="thread" className="mt-8" data-thread={nodes.length + notJoined.length}>
      <h2 id="thread" className="text-[15px] font-semibold">
        {pageText("thread.title")}
      </h2>
      <p className="mb-3 text-ink-soft">{pageText("thread.lead")}</p>
      {thread.isError && (
        <p role="alert" className="text-bad">
          {pageText("thread.failed", { reason: problemText(thread.error) })}
        </p>
      )}
      {thread.isSuccess && nodes.length + notJoined.length === 0 && (
        <Notice title={pageText("thread.empty")} />
      )}
      <Branches nodes={nodes} session={session} openId={openId} />
      {notJoined.length > 0 && (
        <section aria-labelledby="not-joined" className="mt-5" data-not-joined>
          <h3 id="not-joined" className="font-semibold">
            {pageText("thread.not-joined")}
          </h3>
          <p className="mb-2 text-ink-soft">{pageText("thread.not-joined-lead")}</p>
          <Branches nodes={notJoined} session={session} openId={openId} />
        </section>
      )}
      <div className="mt-4 flex min-h-8 flex-wrap items-center gap-3">
        {thread.hasNextPage && (
          <Button className="plain-button" onPress={() => void thread.fetchNextPage()}>
            {pageText("thread.more")}
          </Button>
        )}
        {isOutdated && (
          <Button className="plain-button" onPress={showNew}>
            {pageText("thread.new")}
          </Button>
        )}
      </div>
      {others > 0 && <p className="text-ink-faint">{pagePlural("thread.others", others)}</p>}
      {pages[0]?.isCut && <p className="text-caution">{pagePlural("thread.cut", records)}</p>}
    </section>
  );
}

interface BranchesProps {
  readonly nodes: readonly ThreadNode[];
  readonly session: string;
  readonly openId: string | undefined;
}

function Branches({ nodes, openId, session }: BranchesProps): ReactNode {
  const open = openAtFirst(nodes);
  return (
    <ul className="flex flex-col gap-1">
      {nodes.map((node) => (
        <li key={keyOf(node)} className="thread-top">
          <ThreadBranch node={node} session={session} openId={openId} isOpenAtFirst={open.has(keyOf(node))} />
        </li>
      ))}
    </ul>
  );
}
