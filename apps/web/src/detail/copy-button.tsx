import { pageText } from "@custody/messages";
import { Check, Copy } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";

const SHOWN_MS = 2_000;

/** Copies exactly what was recorded, with nothing escaped. */
export function CopyButton({ text }: { readonly text: () => string }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text());
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  }
  const Icon = isCopied ? Check : Copy;
  return (
    <Button
      onPress={() => void copy().catch(() => setCopied(false))}
      className="inline-flex h-6 cursor-pointer items-center gap-1 rounded-sm px-1.5 text-[12px] text-ink-soft hover:bg-hover"
    >
      <Icon size={12} aria-hidden />
      <span aria-live="polite">{pageText(isCopied ? "detail.copied" : "detail.copy")}</span>
    </Button>
  );
}
