import { pageText, reveal } from "@custody/messages";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Snowflake } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { problemText } from "../api/problem-text.ts";
import { request, requestJson } from "../api/request.ts";
import { useMay } from "../api/use-me.ts";
import { formatMoment } from "../text/format.ts";
import { FREEZES_KEY, type Freeze, frozenText } from "./freeze.ts";

const POLL_MS = 3_000;

/** On every page, as long as something is frozen: what, by whom, why and until when, and the way back for who may. */
export function FreezeBanner(): ReactNode {
  const { data } = useQuery({
    queryKey: [FREEZES_KEY],
    queryFn: ({ signal }) => requestJson<{ readonly freezes: readonly Freeze[] }>("/api/freezes", { signal }),
    refetchInterval: POLL_MS,
  });
  if (data === undefined || data.freezes.length === 0) return null;
  return (
    <section aria-label={pageText("freeze.banner-label")} className="max-h-40 shrink-0 overflow-auto">
      <ul>
        {data.freezes.map((freeze) => (
          <FreezeLine key={freeze.id} freeze={freeze} />
        ))}
      </ul>
    </section>
  );
}

function FreezeLine({ freeze }: { readonly freeze: Freeze }): ReactNode {
  const [isThawing, setThawing] = useState(false);
  const mayThaw = useMay("thaw");
  const { by, reason, since, until } = freeze;
  const what = frozenText(freeze);
  return (
    <li
      data-freeze={freeze.id}
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-running-ground px-4 py-2 text-running max-sm:px-3"
    >
      <Snowflake size={15} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1 basis-60 wrap-anywhere">
        {pageText("freeze.banner", {
          by: reveal(by).text,
          reason: reveal(reason).text,
          since: formatMoment(since),
          until:
            until === undefined
              ? pageText("freeze.until-thawed")
              : pageText("freeze.until", { time: formatMoment(until) }),
          what,
        })}
      </p>
      {mayThaw && !isThawing && (
        <button
          type="button"
          className="plain-button text-ink"
          aria-label={pageText("freeze.thaw-label", { what })}
          onClick={() => setThawing(true)}
        >
          {pageText("freeze.thaw")}
        </button>
      )}
      {isThawing && <ThawForm freeze={freeze} onCancel={() => setThawing(false)} />}
    </li>
  );
}

function ThawForm({
  freeze: { project, target },
  onCancel,
}: {
  readonly freeze: Freeze;
  readonly onCancel: () => void;
}): ReactNode {
  const [reason, setReason] = useState("");
  const queries = useQueryClient();
  const thaw = useMutation({
    mutationFn: () =>
      request("/api/thaw", {
        body: { reason, ...(target !== undefined && { target }), ...(project !== undefined && { project }) },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: [FREEZES_KEY] }),
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    thaw.mutate();
  }
  return (
    <form onSubmit={submit} className="flex basis-full flex-wrap items-center gap-2 text-ink">
      <label className="flex min-w-0 flex-1 basis-60 items-center gap-2">
        {pageText("freeze.thaw-reason")}
        <input
          className="field min-w-0 flex-1"
          value={reason}
          maxLength={1000}
          required
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: it opens because somebody asked for it.
          autoFocus
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && onCancel()}
        />
      </label>
      <button type="submit" className="plain-button" disabled={thaw.isPending}>
        {pageText("freeze.thaw-submit")}
      </button>
      <p role="alert" className="basis-full text-bad empty:hidden">
        {thaw.isError && problemText(thaw.error)}
      </p>
    </form>
  );
}
