import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";

interface IconButtonProps {
  readonly label: string;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

export function IconButton({ label, onPress, children }: IconButtonProps): ReactNode {
  return (
    <Button
      aria-label={label}
      onPress={onPress}
      className="inline-flex size-8 shrink-0 cursor-pointer items-center justify-center rounded-md text-ink-soft hover:bg-hover hover:text-ink"
    >
      {children}
    </Button>
  );
}
