import { pageText } from "@custody/messages";
import { Search, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useKeys } from "../keyboard/use-keys.ts";

const PAUSE_MS = 250;

interface SearchBoxProps {
  readonly value: string;
  readonly onChange: (value: string | undefined) => void;
}

/** Searches a moment after the last letter. `/` comes here from anywhere, Escape leaves. */
export function SearchBox({ value, onChange }: SearchBoxProps): ReactNode {
  const [text, setText] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const sent = useRef(value);

  // The address changed by other means than this field: a link, "back", "clear all".
  useEffect(() => {
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);

  useEffect(() => {
    if (text.trim() === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text.trim();
      onChange(text.trim() || undefined);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, onChange]);

  useKeys({
    "/": (event) => {
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    },
  });

  function leave(event: KeyboardEvent): void {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.stopPropagation();
    field.current?.blur();
  }

  return (
    <div className="relative min-w-56 flex-1 basis-64 max-w-md">
      <Search size={14} aria-hidden className="absolute start-2.5 top-[9px] text-ink-faint" />
      <input
        ref={field}
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={leave}
        aria-label={pageText("filter.search")}
        placeholder={pageText("filter.search")}
        maxLength={512}
        spellCheck={false}
        autoComplete="off"
        className="field h-8 w-full ps-8 pe-9"
      />
      {text === "" ? (
        <kbd className="key absolute end-2 top-[6px]" aria-hidden>
          /
        </kbd>
      ) : (
        <Button
          aria-label={pageText("filter.clear-search")}
          onPress={() => setText("")}
          className="absolute end-1 top-1 inline-flex size-6 cursor-pointer items-center justify-center rounded-sm text-ink-soft hover:bg-hover"
        >
          <X size={14} aria-hidden />
        </Button>
      )}
    </div>
  );
}
