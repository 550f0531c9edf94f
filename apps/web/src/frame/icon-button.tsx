import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";

interface IconButtonProps {
  readonly label: string;
  readonly onPress: () => void;
  /** Of no use where there is no keyboard. */
  readonly isForKeyboards?: boolean;
  readonly children: ReactNode;
}

export function IconButton({ label, onPress, isForKeyboards, children }: IconButtonProps): ReactNode {
  return (
    <Button
      aria-label={label}
      onPress={onPress}
      className={`inline-flex size-8 shrink-0 cursor-pointer items-center justify-center rounded-md text-ink-soft hover:bg-hover hover:text-ink ${isForKeyboards ? "max-sm:hidden" : ""}`}
    >
      {children}
    </Button>
  );
}
