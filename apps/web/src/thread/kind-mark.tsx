import type { ThreadNode } from "@custody/domain";
import { pageText } from "@custody/messages";
import { BotMessageSquare, Database, GitFork, type LucideIcon, MessageSquare, Wrench } from "lucide-react";
import type { ReactNode } from "react";

const ICONS: Readonly<Record<ThreadNode["kind"], LucideIcon>> = {
  prompt: MessageSquare,
  request: BotMessageSquare,
  tool: Wrench,
  statement: Database,
  session: GitFork,
};

/** What a line of a thread is, as a sign and a word. */
export function KindMark({ kind }: { readonly kind: ThreadNode["kind"] }): ReactNode {
  const Icon = ICONS[kind];
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5 font-medium">
      <Icon size={13} aria-hidden className="text-ink-faint" />
      {pageText(`thread.kind.${kind}`)}
    </span>
  );
}
