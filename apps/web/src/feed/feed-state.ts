import type { RecordPage, RecordRow } from "@custody/domain";
import {
  type ActionList,
  emptyList,
  firstPage,
  type Movement,
  released,
  withArrived,
  withOlderPage,
} from "./action-list.ts";

/** The list and how it is loaded. While it is loaded anew, the old one stays to be seen. */
export interface FeedState {
  readonly list: ActionList;
  readonly status: "loading" | "ready" | "failed";
  readonly hasLoaded: boolean;
  readonly isLoadingOlder: boolean;
  readonly error?: unknown;
}

export const initialFeed: FeedState = {
  list: emptyList,
  status: "loading",
  hasLoaded: false,
  isLoadingOlder: false,
};

export type FeedEvent =
  | { readonly type: "loading" }
  | { readonly type: "loaded"; readonly page: RecordPage }
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "loading-older" }
  | { readonly type: "older"; readonly page: RecordPage; readonly before: number | null }
  | { readonly type: "older-failed"; readonly error: unknown }
  | { readonly type: "arrived"; readonly rows: readonly RecordRow[]; readonly movement: Movement }
  | { readonly type: "released" };

export function feedReducer(state: FeedState, event: FeedEvent): FeedState {
  switch (event.type) {
    case "loading":
      return { ...state, status: "loading", isLoadingOlder: false };
    case "loaded":
      return { list: firstPage(event.page), status: "ready", hasLoaded: true, isLoadingOlder: false };
    case "failed":
      return { ...state, status: "failed", error: event.error };
    case "loading-older":
      return { ...state, isLoadingOlder: true };
    case "older":
      // A page of the list that was there before: the filters have changed since.
      if (event.before !== state.list.next) return state;
      return { ...state, list: withOlderPage(state.list, event.page), isLoadingOlder: false };
    case "older-failed":
      return { ...state, isLoadingOlder: false, error: event.error };
    case "arrived":
      return { ...state, list: withArrived(state.list, event.rows, event.movement) };
    case "released":
      return { ...state, list: released(state.list) };
  }
}
