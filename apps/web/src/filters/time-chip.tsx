import { pageText } from "@custody/messages";
import { lazy, type ReactNode } from "react";
import { formatShort } from "../text/format.ts";
import { Chip } from "./chip.tsx";

const TimeChoices = lazy(() => import("./time-choices.tsx"));

export interface TimeRange {
  readonly since: string | undefined;
  readonly until: string | undefined;
}

interface TimeChipProps extends TimeRange {
  readonly onChange: (range: TimeRange) => void;
}

export function TimeChip({ since, until, onChange }: TimeChipProps): ReactNode {
  return (
    <Chip
      label={pageText("filter.time")}
      shown={shownRange({ since, until })}
      onRemove={() => onChange({ since: undefined, until: undefined })}
      choices={(trigger, close) => (
        <TimeChoices
          range={{ since, until }}
          trigger={trigger}
          onClose={close}
          onChoose={(range) => {
            close();
            onChange(range);
          }}
        />
      )}
    />
  );
}

function shownRange({ since, until }: TimeRange): string | undefined {
  if (since !== undefined && until !== undefined)
    return pageText("filter.range", { since: formatShort(since), until: formatShort(until) });
  if (since !== undefined) return pageText("filter.range-since", { since: formatShort(since) });
  return until && pageText("filter.range-until", { until: formatShort(until) });
}
