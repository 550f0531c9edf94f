import { alertText, alertTitle, escapeText, pagePlural, pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { LevelMark } from "../feed/level-mark.tsx";
import { formatMoment, formatUtc } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import type { Alert } from "./alert.ts";

interface AlertCardProps {
  readonly alert: Alert;
  readonly isBusy: boolean;
  readonly onAcknowledge: (id: string) => void;
}

/** What happened, how often and when, and the ways to what is on record of it. */
export function AlertCard({ alert, isBusy, onAcknowledge }: AlertCardProps): ReactNode {
  const { acknowledged, count, firstAction, firstAt, id, kind, lastAction, lastAt, level, subject } = alert;
  const title = alertTitle(kind);
  return (
    <li
      data-alert={id}
      data-level={level}
      className={`rounded-lg border bg-surface px-4 py-3 ${acknowledged === undefined ? "border-line-strong" : "border-line"}`}
    >
      <article aria-labelledby={`alert-${id}`} className="flex flex-wrap items-start gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-96">
          <h2 id={`alert-${id}`} className="flex flex-wrap items-center gap-x-3 font-medium">
            <LevelMark level={level} />
            {title}
            <span className="tabular-nums text-ink-soft">{pagePlural("alerts.count", count)}</span>
          </h2>
          <p className="wrap-anywhere">
            <Recorded text={alertText(kind, subject)} />
          </p>
          <p className="text-ink-soft">
            <Moment time={firstAt} />
            {count > 1 && (
              <>
                {" – "}
                <Moment time={lastAt} />
              </>
            )}
          </p>
        </div>
        <div className="flex flex-col items-end gap-2">
          {acknowledged === undefined ? (
            <Button
              className="plain-button"
              isDisabled={isBusy}
              aria-label={pageText("alerts.acknowledge-label", { title })}
              onPress={() => onAcknowledge(id)}
            >
              {pageText("alerts.acknowledge")}
            </Button>
          ) : (
            <p className="text-ink-soft" title={pageText("feed.utc", { time: formatUtc(acknowledged.at) })}>
              {pageText("alerts.acknowledged", {
                by: escapeText(acknowledged.by),
                time: formatMoment(acknowledged.at),
              })}
            </p>
          )}
          <p className="flex gap-4">
            <ActionLink action={firstAction} label="alerts.first" title={title} />
            {lastAction !== firstAction && (
              <ActionLink action={lastAction} label="alerts.last" title={title} />
            )}
          </p>
        </div>
      </article>
    </li>
  );
}

function Moment({ time }: { readonly time: string }): ReactNode {
  return (
    <time dateTime={time} title={pageText("feed.utc", { time: formatUtc(time) })}>
      {formatMoment(time)}
    </time>
  );
}

interface ActionLinkProps {
  readonly action: string;
  readonly label: "alerts.first" | "alerts.last";
  readonly title: string;
}

function ActionLink({ action, label, title }: ActionLinkProps): ReactNode {
  return (
    <Link
      to={"/records/$id" as string}
      params={{ id: action } as never}
      className="link-button"
      aria-label={pageText(`${label}-label`, { title })}
    >
      {pageText(label)}
    </Link>
  );
}
