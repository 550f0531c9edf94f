import { type SimulationAnswer, type SimulationRequest, simulate } from "@custody/capture/postgres";
import type { TargetOptions } from "./gateway.ts";
import { upstreamWays } from "./upstream-connection.ts";

/**
 * Tells what a statement would do to a target, on the way and with the credentials that agents' statements take.
 *
 * @throws CaptureError UPSTREAM_*, SIMULATION_*
 */
export function simulateOn(target: TargetOptions, request: SimulationRequest): Promise<SimulationAnswer> {
  const { upstream, upstreamTls } = target;
  return simulate({ ...upstreamWays(upstream, upstreamTls), upstream }, request);
}
