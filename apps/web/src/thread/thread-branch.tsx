import type { ThreadNode } from "@custody/domain";
import { pagePlural, pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { LongList } from "../detail/long-list.tsx";
import { isSmall, sizeBelow } from "./folding.ts";
import { ThreadLine } from "./thread-line.tsx";

export interface ThreadBranchProps {
  readonly node: ThreadNode;
  readonly session: string;
  /** The action whose record is open. */
  readonly openId: string | undefined;
  readonly isOpenAtFirst: boolean;
}

/** A line and what stands below it, which can be folded. */
export function ThreadBranch({ isOpenAtFirst, node, openId, session }: ThreadBranchProps): ReactNode {
  const [isUnfolded, setUnfolded] = useState(isOpenAtFirst);
  const below = sizeBelow(node);
  const { childrenLeft = 0 } = node;
  return (
    <>
      <div className="flex items-start gap-1">
        <FoldButton below={below} isUnfolded={isUnfolded} onPress={() => setUnfolded(!isUnfolded)} />
        <ThreadLine node={node} session={session} isOpen={node.action === openId} />
      </div>
      {isUnfolded && node.children.length > 0 && (
        <div className="thread-below">
          <LongList items={node.children}>
            {(child) => (
              <ThreadBranch
                key={child.action}
                node={child}
                session={session}
                openId={openId}
                isOpenAtFirst={isSmall(child)}
              />
            )}
          </LongList>
        </div>
      )}
      {isUnfolded && childrenLeft > 0 && (
        <p className="ms-12 text-ink-faint">
          {pagePlural("thread.left", childrenLeft)}{" "}
          {node.kind === "session" && (
            <Link
              to={"/sessions/$session" as string}
              params={{ session: node.session } as never}
              className="link-button"
            >
              {pageText("thread.left-open")}
            </Link>
          )}
        </p>
      )}
    </>
  );
}

interface FoldButtonProps {
  readonly below: number;
  readonly isUnfolded: boolean;
  readonly onPress: () => void;
}

/** Keeps its place where there is nothing to fold, so that lines of one depth begin below each other. */
function FoldButton({ below, isUnfolded, onPress }: FoldButtonProps): ReactNode {
  if (below === 0) return <span aria-hidden className="w-12 shrink-0" />;
  const Icon = isUnfolded ? ChevronDown : ChevronRight;
  return (
    <Button
      onPress={onPress}
      aria-expanded={isUnfolded}
      aria-label={isUnfolded ? pageText("thread.fold") : pagePlural("thread.unfold", below)}
      className="mt-0.5 inline-flex h-6 w-12 shrink-0 cursor-pointer items-center gap-0.5 rounded-sm text-[11.5px] text-ink-faint tabular-nums hover:bg-hover"
    >
      <Icon size={13} aria-hidden className={isUnfolded ? "" : "rtl:-scale-x-100"} />
      {isUnfolded ? "" : below}
    </Button>
  );
}
