import type { Api } from "../http/api.ts";
import { ServerMetrics } from "../metrics.ts";
import { StreamHub } from "../stream/stream-hub.ts";
import { alertRoutes } from "./alerts.ts";
import { facetRoutes } from "./facets.ts";
import { freezeRoutes } from "./freezes.ts";
import { healthRoutes } from "./health.ts";
import { keyRoutes } from "./keys.ts";
import { logRoutes } from "./log.ts";
import { metricsRoutes } from "./metrics.ts";
import { nowhereRoutes } from "./nowhere.ts";
import { openApiRoutes } from "./open-api.ts";
import { pageRoutes } from "./page.ts";
import type { RouteParts } from "./parts.ts";
import { recordRoutes } from "./records.ts";
import { retentionRoutes } from "./retention.ts";
import { signInRoutes } from "./sign-in.ts";
import { simulationRoutes } from "./simulations.ts";
import { statusRoutes } from "./status.ts";
import { streamRoutes } from "./stream.ts";
import { targetRoutes } from "./targets.ts";

/** Everything that the server answers. */
export async function addRoutes(api: Api, parts: RouteParts): Promise<void> {
  const streams = new StreamHub(parts.feed, parts.records);
  metricsRoutes(api, new ServerMetrics(parts, streams));
  openApiRoutes(api);
  healthRoutes(api, parts);
  signInRoutes(api, parts);
  statusRoutes(api, parts);
  keyRoutes(api, parts);
  retentionRoutes(api, parts);
  simulationRoutes(api, parts);
  targetRoutes(api, parts);
  alertRoutes(api, parts);
  freezeRoutes(api, parts);
  recordRoutes(api, parts);
  facetRoutes(api, parts);
  streamRoutes(api, parts, streams);
  logRoutes(api, parts);
  nowhereRoutes(api);
  await pageRoutes(api, parts);
}
