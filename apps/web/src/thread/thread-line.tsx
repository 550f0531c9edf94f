import type { ThreadNode } from "@custody/domain";
import { pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import { CornerDownRight } from "lucide-react";
import type { ReactNode } from "react";
import { formatClock, formatUtc } from "../text/format.ts";
import { JoinMarks } from "./join-marks.tsx";
import { KindMark } from "./kind-mark.tsx";
import { NodeFacts } from "./node-facts.tsx";
import { NodeText } from "./node-text.tsx";

interface ThreadLineProps {
  readonly node: ThreadNode;
  /** The session that is looked at, which stays beside the record. */
  readonly session: string;
  readonly isOpen: boolean;
}

/** One thing that happened. It leads to its record, and a sub-agent to its own session. */
export function ThreadLine({ isOpen, node, session }: ThreadLineProps): ReactNode {
  const { action, answer, kind, text, time } = node;
  const target =
    kind === "session"
      ? { params: { session: node.session }, to: "/sessions/$session" }
      : { params: { id: action, session }, to: "/sessions/$session/records/$id" };
  return (
    <Link
      {...(target as { to: "/" })}
      data-line
      data-kind={kind}
      aria-current={isOpen ? "true" : undefined}
      className="thread-line"
    >
      <span className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
        <span
          className="text-[12px] text-ink-faint tabular-nums"
          title={pageText("feed.utc", { time: formatUtc(time) })}
        >
          {formatClock(time)}
        </span>
        <KindMark kind={kind} />
        <NodeFacts node={node} />
        <JoinMarks node={node} />
      </span>
      {text !== undefined && <NodeText said={text} isCode={kind !== "prompt"} />}
      {answer !== undefined && (
        <span className="mt-0.5 flex gap-1.5 text-ink-soft">
          <CornerDownRight
            size={13}
            role="img"
            aria-label={pageText("thread.answer")}
            className="mt-0.5 shrink-0 text-ink-faint rtl:-scale-x-100"
          />
          <span className="min-w-0">
            <NodeText said={answer} isCode={kind !== "request"} />
          </span>
        </span>
      )}
    </Link>
  );
}
