import type { RecordPage, RecordRow } from "@custody/domain";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { isPassing } from "../api/problem.ts";
import { requestJson } from "../api/request.ts";
import { setConnection } from "../stream/connection-state.ts";
import { followRecords } from "../stream/follow-records.ts";
import type { Movement } from "./action-list.ts";
import { type FeedState, feedReducer, initialFeed } from "./feed-state.ts";

const PAGE_ROWS = 100;
/** Rows are shown in groups: a screen that changes more often than this cannot be read. */
const FLUSH_MS = 100;
const RETRY_MS = 3000;

export interface Feed extends FeedState {
  readonly loadOlder: () => void;
  readonly release: () => void;
  readonly reload: () => void;
}

/** The live list of actions that match `query`: its first page, older pages on request, and what arrives. */
export function useFeed(query: string, movement: Movement): Feed {
  const [state, dispatch] = useReducer(feedReducer, initialFeed);
  const queries = useQueryClient();
  const [generation, setGeneration] = useState(0);
  const latestMovement = useRef(movement);
  const reload = useCallback(() => setGeneration((number) => number + 1), []);

  useEffect(() => {
    latestMovement.current = movement;
    if (movement === "flowing") dispatch({ type: "released" });
  }, [movement]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another generation is the same question, asked anew.
  useEffect(() => {
    const controller = new AbortController();
    const arrived: RecordRow[] = [];
    const timer = setInterval(() => {
      if (arrived.length > 0)
        dispatch({ type: "arrived", rows: arrived.splice(0), movement: latestMovement.current });
    }, FLUSH_MS);
    async function run(): Promise<void> {
      dispatch({ type: "loading" });
      const page = await requestJson<RecordPage>(pagePath(query), { signal: controller.signal });
      dispatch({ type: "loaded", page });
      await followRecords(
        `view=actions${query === "" ? "" : `&${query}`}`,
        page.size - 1,
        {
          onRow: (row) => arrived.push(row),
          // Records may have been destroyed, so whatever else is shown is asked for again as well.
          onSnapshot: () => {
            void queries.invalidateQueries();
            reload();
          },
          onConnection: setConnection,
        },
        controller.signal,
      );
    }
    let again: ReturnType<typeof setTimeout> | undefined;
    run().catch((error: unknown) => {
      if (controller.signal.aborted) return;
      dispatch({ type: "failed", error });
      if (isPassing(error)) again = setTimeout(reload, RETRY_MS);
    });
    return () => {
      controller.abort();
      clearInterval(timer);
      clearTimeout(again);
      setConnection(undefined);
    };
  }, [query, generation, queries, reload]);

  const { isLoadingOlder, list } = state;
  const loadOlder = useCallback(() => {
    if (isLoadingOlder || list.next === null) return;
    dispatch({ type: "loading-older" });
    requestJson<RecordPage>(pagePath(query, list.next))
      .then((page) => dispatch({ type: "older", page, before: list.next }))
      // The list asks again as soon as it may, so it may not at once.
      .catch((error: unknown) => setTimeout(() => dispatch({ type: "older-failed", error }), RETRY_MS));
  }, [isLoadingOlder, list.next, query]);

  const isHeldCut = list.isHeldCut;
  const release = useCallback(() => {
    if (isHeldCut) reload();
    else dispatch({ type: "released" });
  }, [isHeldCut, reload]);

  return { ...state, loadOlder, release, reload };
}

function pagePath(query: string, before?: number): string {
  const rest = `${query === "" ? "" : `&${query}`}${before === undefined ? "" : `&before=${before}`}`;
  return `/api/records?view=actions&limit=${PAGE_ROWS}${rest}`;
}
