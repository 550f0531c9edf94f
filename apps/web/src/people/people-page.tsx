import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { problemText } from "../api/problem-text.ts";
import { useMe } from "../api/use-me.ts";
import { Notice } from "../frame/notice.tsx";
import { Account } from "./account.tsx";
import { Everybody } from "./everybody.tsx";

/** Who there is, and one's own account. */
export function PeoplePage(): ReactNode {
  const me = useMe();
  return (
    <main className="min-h-0 flex-1 overflow-auto" data-scrolls>
      <div className="mx-auto max-w-4xl px-6 py-6 max-sm:px-3">
        <h1 className="text-xl font-semibold tracking-tight">{pageText("people.title")}</h1>
        <p className="text-ink-soft">{pageText("people.lead")}</p>
        {me.isError && <Notice title={pageText("people.failed", { reason: problemText(me.error) })} />}
        {me.data !== undefined && (
          <>
            <Everybody me={me.data} />
            <Account me={me.data} />
          </>
        )}
      </div>
    </main>
  );
}
