import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { followEvents } from "../stream/follow-events.ts";
import { ALERTS_KEY } from "./alert.ts";

/** How many alerts nobody has seen, as it changes. What else shows alerts is asked for again with each change. */
export function useOpenAlerts(): number {
  const [open, setOpen] = useState(0);
  const queries = useQueryClient();
  useEffect(() => {
    const controller = new AbortController();
    const onEvent = ({ data, event }: { readonly data: string; readonly event: string }): void => {
      if (event !== "alerts") return;
      setOpen((JSON.parse(data) as { open: number }).open);
      void queries.invalidateQueries({ queryKey: [ALERTS_KEY] });
    };
    void followEvents("/api/alerts/stream", "", { onEvent }, controller.signal);
    return () => controller.abort();
  }, [queries]);
  return open;
}
