import type { ThreadNode } from "@custody/domain";
import { pageText } from "@custody/messages";
import type { ReactNode } from "react";

/** What a person must know to judge how far the tree can be trusted here. Nothing where both records name each other. */
export function JoinMarks({ node }: { readonly node: ThreadNode }): ReactNode {
  const { isReported, joinedBy, missing } = node;
  return (
    <>
      {joinedBy !== undefined && joinedBy !== "id" && (
        <Mark title={pageText(`thread.by.${joinedBy}-title`)}>{pageText(`thread.by.${joinedBy}`)}</Mark>
      )}
      {missing !== undefined && (
        <Mark title={pageText("thread.not-joined-lead")}>{pageText(`thread.missing.${missing.kind}`)}</Mark>
      )}
      {isReported && <Mark title={pageText("thread.reported-title")}>{pageText("thread.reported")}</Mark>}
    </>
  );
}

function Mark({ children, title }: { readonly children: ReactNode; readonly title: string }): ReactNode {
  return (
    <span className="badge bg-caution-ground text-caution" title={title} data-join-mark>
      {children}
    </span>
  );
}
