import { escapeText, pageText } from "@custody/messages";
import { ShieldAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { pinKey } from "./pinned-key.ts";
import type { CheckedRecord } from "./use-checked-record.ts";

interface ProofAlarmProps {
  readonly checked: CheckedRecord;
  readonly onAccept: () => void;
}

/** Stands above everything else when the proof does not hold, or the log's key is another than before. */
export function ProofAlarm({ checked, onAccept }: ProofAlarmProps): ReactNode {
  const { check, detail, pinning } = checked;
  const { verifierKey } = detail.proof;
  const isBroken = check?.verdict === "broken";
  if (!isBroken && pinning.state !== "changed") return null;
  return (
    <div
      role="alert"
      className="sticky top-0 z-10 flex flex-col gap-3 bg-bad-strong px-5 py-4 text-bad-strong-ink"
    >
      {isBroken && (
        <div>
          <Title text={pageText("proof.broken")} />
          <p>{pageText("proof.broken-hint")}</p>
        </div>
      )}
      {pinning.state === "changed" && (
        <div className="[overflow-wrap:anywhere]">
          <Title text={pageText("proof.key-changed")} />
          <p>
            {pageText("proof.key-changed-hint", {
              known: escapeText(pinning.known),
              now: escapeText(verifierKey),
            })}
          </p>
          <Button
            className="mt-2 inline-flex h-8 cursor-pointer items-center rounded-md border border-current px-3 hover:brightness-110"
            onPress={() => {
              pinKey(verifierKey);
              onAccept();
            }}
          >
            {pageText("proof.key-accept")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Title({ text }: { readonly text: string }): ReactNode {
  return (
    <p className="flex items-center gap-2 text-[15px] font-semibold">
      <ShieldAlert size={18} aria-hidden />
      {text}
    </p>
  );
}
