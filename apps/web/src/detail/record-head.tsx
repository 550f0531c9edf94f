import type { AuditRecord } from "@custody/domain";
import { pageText, render } from "@custody/messages";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { LevelMark } from "../feed/level-mark.tsx";
import { ResultMark } from "../feed/result-mark.tsx";
import { resultOf } from "../feed/result-of.ts";
import { IconButton } from "../frame/icon-button.tsx";
import type { Verdict } from "../proof/proof-verdict.ts";
import { VerdictMark } from "../proof/verdict-mark.tsx";
import { formatMoment, formatUtc } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";

interface RecordHeadProps {
  readonly record: AuditRecord | undefined;
  readonly verdict: Verdict | undefined;
  readonly onClose: () => void;
}

/** What happened in one sentence, when, how it ended, and whether that is proved. */
export function RecordHead({ record, verdict, onClose }: RecordHeadProps): ReactNode {
  return (
    <div className="flex items-start gap-3 px-5 pt-4 pb-3">
      <div className="min-w-0 flex-1">
        <h2 className="text-[15px] font-semibold [overflow-wrap:anywhere]">
          {record === undefined ? (
            pageText("detail.label")
          ) : (
            <Recorded text={render(record.message.key, record.message.params)} />
          )}
        </h2>
        {record !== undefined && (
          <p className="mt-0.5 text-ink-soft tabular-nums">
            {formatMoment(record.time)}
            <span className="ms-2 text-[12px] text-ink-faint">
              {pageText("feed.utc", { time: formatUtc(record.time) })}
            </span>
          </p>
        )}
        <div className="mt-2 flex min-h-6 flex-wrap items-center gap-2">
          {record !== undefined && <ResultMark result={resultOfRecord(record)} />}
          {record !== undefined && <LevelMark level={record.level} />}
          {verdict !== undefined && <VerdictMark verdict={verdict} />}
        </div>
      </div>
      <IconButton label={pageText("detail.close")} onPress={onClose}>
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  );
}

function resultOfRecord({ decision, effect, transaction, type }: AuditRecord): ReturnType<typeof resultOf> {
  return resultOf({
    type,
    ...(decision && { decision: decision.effect }),
    ...(effect && { status: effect.status }),
    ...(transaction && { outcome: transaction.outcome }),
  });
}
