import { useParams } from "@tanstack/react-router";

/** As links and `navigate` take it; addresses with parameters are typed as one without, whose types know none. */
interface Place {
  readonly to: "/";
  readonly params?: Readonly<Record<string, string>>;
  readonly search: true;
}

export interface RecordPlace {
  /** Where another record is opened, beside the same list. */
  readonly of: (id: string) => Place;
  /** What is left when it is closed. */
  readonly closed: Place;
}

/** A record is opened beside the list of actions, or beside the session that it is of: there it stays. */
export function useRecordPlace(): RecordPlace {
  const { session } = useParams({ strict: false }) as { readonly session?: string };
  if (session === undefined)
    return {
      closed: { search: true, to: "/" },
      of: (id) => ({ params: { id }, search: true, to: "/records/$id" as "/" }),
    };
  return {
    closed: { params: { session }, search: true, to: "/sessions/$session" as "/" },
    of: (id) => ({ params: { id, session }, search: true, to: "/sessions/$session/records/$id" as "/" }),
  };
}
