import { identifyUpstream, type ServerIdentity } from "@custody/capture/postgres";
import type { TargetOptions } from "./gateway.ts";
import { upstreamWays } from "./upstream-connection.ts";

/** Asks the database of a target which server it is, on a connection of its own. @throws CaptureError UPSTREAM_* */
export function identifyTarget({
  upstream,
  upstreamTls,
}: Pick<TargetOptions, "upstream" | "upstreamTls">): Promise<ServerIdentity> {
  return identifyUpstream({ ...upstreamWays(upstream, upstreamTls), upstream });
}
