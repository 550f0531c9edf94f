import { pageText } from "@custody/messages";
import { ChevronDown, X } from "lucide-react";
import { type ReactNode, type RefObject, Suspense, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Recorded } from "../text/recorded.tsx";

interface ChipProps {
  /** What it filters by, in the reader's language. */
  readonly label: string;
  /** What it is set to, as it is to be read; undefined when it is not set. */
  readonly shown: string | undefined;
  readonly onRemove: () => void;
  readonly choices: (trigger: RefObject<HTMLElement | null>, close: () => void) => ReactNode;
}

/** A filter: closed it says what it is set to, open it offers choices, which are loaded when first needed. */
export function Chip({ label, shown, onRemove, choices }: ChipProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const isSet = shown !== undefined;
  return (
    <div
      className={`flex h-8 max-w-72 items-center rounded-md border ${isSet ? "border-accent bg-selected" : "border-line bg-surface"}`}
    >
      <Button
        ref={trigger}
        onPress={() => setOpen(true)}
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        className="flex h-full min-w-0 cursor-pointer items-center gap-1.5 rounded-md px-2.5 hover:bg-hover"
      >
        <span className={`shrink-0 ${isSet ? "text-ink-soft" : ""}`}>{label}</span>
        {isSet ? (
          <span className="truncate font-medium">
            <Recorded text={shown} />
          </span>
        ) : (
          <ChevronDown size={13} aria-hidden className="text-ink-faint" />
        )}
      </Button>
      {isSet && (
        <Button
          onPress={onRemove}
          aria-label={pageText("filter.remove", { name: label })}
          className="me-1 inline-flex size-6 shrink-0 cursor-pointer items-center justify-center rounded-sm text-ink-soft hover:bg-hover"
        >
          <X size={13} aria-hidden />
        </Button>
      )}
      {isOpen && <Suspense>{choices(trigger, () => setOpen(false))}</Suspense>}
    </div>
  );
}
