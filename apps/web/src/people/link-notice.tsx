import { pageText, reveal } from "@custody/messages";
import type { ReactNode } from "react";
import { CopyButton } from "../detail/copy-button.tsx";
import { formatMoment } from "../text/format.ts";
import type { PasswordLink } from "./user.ts";

interface LinkNoticeProps {
  readonly link: PasswordLink;
  readonly onDone: () => void;
}

/** The one time that a link is shown. */
export function LinkNotice({ link: { expires, name, url }, onDone }: LinkNoticeProps): ReactNode {
  return (
    <div role="status" className="mt-3 rounded-md border border-line-strong bg-surface p-3">
      <p>{pageText("people.link", { name: reveal(name).text, time: formatMoment(expires) })}</p>
      <code className="mt-2 block rounded-md bg-sunken px-3 py-2 font-mono break-all select-all">{url}</code>
      <div className="mt-2 flex items-center gap-3">
        <CopyButton text={() => url} />
        <button type="button" className="link-button" onClick={onDone}>
          {pageText("people.link-done")}
        </button>
      </div>
    </div>
  );
}
