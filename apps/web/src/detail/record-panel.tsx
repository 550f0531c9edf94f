import type { AuditRecord } from "@custody/domain";
import { pageText } from "@custody/messages";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { problemText } from "../api/problem-text.ts";
import { Notice } from "../frame/notice.tsx";
import { ProofAlarm } from "../proof/proof-alarm.tsx";
import { ProofSection } from "../proof/proof-section.tsx";
import { verdictOf } from "../proof/proof-verdict.ts";
import { useCheckedRecord } from "../proof/use-checked-record.ts";
import { formatCount } from "../text/format.ts";
import { RawSection } from "./raw-section.tsx";
import { RecordBody } from "./record-body.tsx";
import { RecordHead } from "./record-head.tsx";
import { useRecordPlace } from "./record-place.ts";
import { TimelineSection } from "./timeline-section.tsx";

/** One record. All that is shown is read from the recorded bytes, never from the server's own rendering of them. */
export function RecordPanel(): ReactNode {
  const { id = "" } = useParams({ strict: false }) as { readonly id?: string };
  const navigate = useNavigate();
  const { closed } = useRecordPlace();
  const { data, destroyed, error, recheck } = useCheckedRecord(id);
  const panel = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another record begins at its top.
  useEffect(() => {
    panel.current?.scrollTo({ top: 0 });
  }, [id]);

  const record = data?.check === undefined ? recordOf(data?.detail.proof.payload) : data.check.record;
  return (
    <aside
      ref={panel}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      data-scrolls
      aria-label={pageText("detail.label")}
      className="detail-panel"
    >
      {data !== undefined && <ProofAlarm checked={data} onAccept={recheck} />}
      <RecordHead
        record={record}
        verdict={data && verdictOf(data)}
        onClose={() => void navigate(closed as never)}
      />
      {destroyed !== undefined && (
        <Notice title={pageText("detail.destroyed")}>
          <p>{pageText("detail.destroyed-lead", { index: formatCount(destroyed.destroyedIndex) })}</p>
        </Notice>
      )}
      {error !== null && data === undefined && destroyed === undefined && (
        <Notice title={pageText("detail.failed", { reason: problemText(error) })} />
      )}
      {record !== undefined && <RecordBody record={record} />}
      {data !== undefined && (
        <>
          <TimelineSection detail={data.detail} />
          <ProofSection checked={data} />
          <RawSection payload={data.detail.proof.payload} />
        </>
      )}
    </aside>
  );
}

/** Without the cryptography nothing is checked, but what was recorded can still be read. */
function recordOf(payload: string | undefined): AuditRecord | undefined {
  try {
    return payload === undefined ? undefined : JSON.parse(payload);
  } catch {
    return undefined;
  }
}
