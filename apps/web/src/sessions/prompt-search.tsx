import { pageText } from "@custody/messages";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useRef } from "react";
import { Button } from "react-aria-components/Button";
import { useKeys } from "../keyboard/use-keys.ts";

/** Finds prompts, in the list of actions. `/` comes here from anywhere. */
export function PromptSearch(): ReactNode {
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  useKeys({
    "/": (event) => {
      event.preventDefault();
      field.current?.focus();
    },
  });
  function find(event: FormEvent): void {
    event.preventDefault();
    const search = field.current?.value.trim() ?? "";
    void navigate({
      search: { type: "prompt.submitted", ...(search === "" ? {} : { search }) },
      to: "/",
    } as never);
  }
  return (
    <search>
      <form onSubmit={find} className="flex gap-2">
        <input
          ref={field}
          type="search"
          aria-label={pageText("prompts.label")}
          placeholder={pageText("prompts.label")}
          maxLength={512}
          spellCheck={false}
          autoComplete="off"
          className="field h-8 w-56 min-w-0"
        />
        <Button type="submit" className="plain-button">
          {pageText("prompts.submit")}
        </Button>
      </form>
    </search>
  );
}
