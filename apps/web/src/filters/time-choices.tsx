import { pageText } from "@custody/messages";
import { type FormEvent, type ReactNode, type RefObject, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Dialog } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import type { TimeRange } from "./time-chip.tsx";

const MINUTE_MS = 60_000;
const LAST = [
  ["filter.last-quarter", 15 * MINUTE_MS],
  ["filter.last-hour", 60 * MINUTE_MS],
  ["filter.last-day", 24 * 60 * MINUTE_MS],
  ["filter.last-week", 7 * 24 * 60 * MINUTE_MS],
] as const;

interface TimeChoicesProps {
  readonly range: TimeRange;
  readonly trigger: RefObject<HTMLElement | null>;
  readonly onChoose: (range: TimeRange) => void;
  readonly onClose: () => void;
}

/** "The last hour" becomes the moment it began: who gets the link later sees what was meant. */
export default function TimeChoices({ range, trigger, onChoose, onClose }: TimeChoicesProps): ReactNode {
  const [since, setSince] = useState(localTime(range.since));
  const [until, setUntil] = useState(localTime(range.until));
  function apply(event: FormEvent): void {
    event.preventDefault();
    onChoose({ since: utcTime(since), until: utcTime(until) });
  }
  return (
    <Popover
      isOpen
      triggerRef={trigger}
      onOpenChange={(isOpen) => isOpen || onClose()}
      placement="bottom start"
      className="w-64 rounded-lg border border-line bg-raised shadow-(--shadow-raised)"
    >
      <Dialog aria-label={pageText("filter.time")} className="p-2 outline-none">
        {LAST.map(([key, milliseconds]) => (
          <Button
            key={key}
            onPress={() => onChoose({ since: secondsAgo(milliseconds), until: undefined })}
            className="flex h-8 w-full cursor-pointer items-center rounded-sm px-2 hover:bg-hover"
          >
            {pageText(key)}
          </Button>
        ))}
        <form onSubmit={apply} className="mt-2 flex flex-col gap-2 border-t border-line px-2 pt-3 pb-1">
          <TimeField label={pageText("filter.since")} value={since} onChange={setSince} />
          <TimeField label={pageText("filter.until")} value={until} onChange={setUntil} />
          <Button type="submit" className="plain-button">
            {pageText("filter.apply")}
          </Button>
        </form>
      </Dialog>
    </Popover>
  );
}

interface TimeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function TimeField({ label, value, onChange }: TimeFieldProps): ReactNode {
  return (
    <label className="flex flex-col gap-1 text-ink-soft">
      {label}
      <input
        type="datetime-local"
        step={1}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="field h-8 w-full px-2"
      />
    </label>
  );
}

function secondsAgo(milliseconds: number): string {
  return new Date(Math.floor((Date.now() - milliseconds) / 1000) * 1000).toISOString();
}

/** What a field of this type holds: the reader's own time, without a zone. */
function localTime(time: string | undefined): string {
  if (time === undefined) return "";
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 19);
}

function utcTime(local: string): string | undefined {
  const at = new Date(local);
  return local === "" || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
