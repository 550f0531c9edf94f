import { pagePlural, pageText } from "@custody/messages";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowUp } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { FilterChip } from "../filters/filter-chip.tsx";
import { Notice } from "../frame/notice.tsx";
import { useLineKeys } from "../keyboard/use-line-keys.ts";
import { PromptSearch } from "./prompt-search.tsx";
import { type SessionSearch, sessionFilters, sessionQuery, sessionSearchOf } from "./session-search.ts";
import { SessionTable } from "./session-table.tsx";
import { useSessions } from "./use-sessions.ts";

/** The runs of agents, with how they stand and what they cost. */
export function SessionsPage(): ReactNode {
  const search = sessionSearchOf(useSearch({ strict: false }) as Record<string, unknown>);
  const query = sessionQuery(search);
  const sessions = useSessions(query);
  const page = useRef<HTMLElement>(null);
  useLineKeys(page);
  return (
    <main ref={page} className="min-h-0 flex-1 overflow-auto" data-scrolls>
      <div className="mx-auto max-w-[96rem] px-6 py-6 max-sm:px-3">
        <div className="mb-4 flex flex-wrap items-end gap-4">
          <div className="me-auto">
            <h1 className="text-xl font-semibold tracking-tight">{pageText("sessions.title")}</h1>
            <p className="text-ink-soft">{pageText("sessions.lead")}</p>
          </div>
          <Link to={"/costs" as string} className="plain-button">
            {pageText("sessions.costs")}
          </Link>
          <PromptSearch />
        </div>
        <SessionFilters search={search} newCount={sessions.newCount} onShowNew={sessions.showNew} />
        {sessions.error !== null && (
          <p role="alert" className="mb-4 text-bad">
            {pageText("sessions.failed", { reason: problemText(sessions.error) })}
          </p>
        )}
        {sessions.isLoaded && sessions.places.length === 0 && (
          <Notice title={pageText(query === "" ? "sessions.empty" : "sessions.none")}>
            {query === "" && pageText("sessions.empty-hint")}
          </Notice>
        )}
        {sessions.places.length > 0 && (
          <SessionTable places={sessions.places} label={pageText("sessions.title")} />
        )}
        {sessions.hasMore && (
          <Button className="plain-button mt-4" onPress={sessions.loadMore}>
            {pageText("sessions.more")}
          </Button>
        )}
      </div>
    </main>
  );
}

interface SessionFiltersProps {
  readonly search: SessionSearch;
  readonly newCount: number;
  readonly onShowNew: () => void;
}

/** What is new has a place of its own here, where it moves nothing. */
function SessionFilters({ newCount, onShowNew, search }: SessionFiltersProps): ReactNode {
  const navigate = useNavigate();
  const change = (next: SessionSearch): void => void navigate({ search: next, to: "." } as never);
  return (
    <fieldset
      className="mb-4 flex min-h-8 flex-wrap items-center gap-2"
      aria-label={pageText("sessions.filters")}
    >
      {sessionFilters.map((name) => (
        <FilterChip
          key={name}
          name={name}
          value={search[name]}
          onChange={(value) => change(sessionSearchOf({ ...search, [name]: value }))}
        />
      ))}
      {sessionQuery(search) !== "" && (
        <Button className="link-button ms-1" onPress={() => change({})}>
          {pageText("filter.clear")}
        </Button>
      )}
      <span aria-live="polite" className="ms-auto min-h-8">
        {newCount > 0 && (
          <Button
            onPress={onShowNew}
            className="inline-flex h-8 cursor-pointer items-center gap-1.5 rounded-full bg-accent px-4 font-medium text-accent-ink"
          >
            <ArrowUp size={14} aria-hidden />
            {pagePlural("sessions.new", newCount)}
          </Button>
        )}
      </span>
    </fieldset>
  );
}
