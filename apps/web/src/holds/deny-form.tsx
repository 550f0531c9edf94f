import { pageText } from "@custody/messages";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";

interface DenyFormProps {
  readonly isBusy: boolean;
  readonly onCancel: () => void;
  readonly onDeny: (reason: string) => void;
}

/** A no with its reason. */
export function DenyForm({ isBusy, onCancel, onDeny }: DenyFormProps): ReactNode {
  const [reason, setReason] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (reason.trim() !== "") onDeny(reason.trim());
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <label className="flex flex-col gap-1 text-ink-soft">
        {pageText("holds.deny-reason")}
        <input
          ref={field}
          className="field w-full"
          value={reason}
          maxLength={1000}
          required
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && onCancel()}
        />
      </label>
      <div className="grid grid-cols-2 gap-3 sm:flex">
        <button type="submit" disabled={isBusy} className="answer-button bg-accent text-accent-ink">
          {pageText(isBusy ? "holds.sending" : "holds.deny-send")}
        </button>
        <button
          type="button"
          onClick={onCancel}
          className="answer-button border border-line-strong bg-surface"
        >
          {pageText("holds.deny-cancel")}
        </button>
      </div>
    </form>
  );
}
