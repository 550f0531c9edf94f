export type { Clock } from "../clock.ts";
export type { CaptureErrorCode } from "../error.ts";
export { CaptureError } from "../error.ts";
export type { AgentTls } from "./agent-tls.ts";
export { POSTGRES_ALPN } from "./agent-tls.ts";
export { identifyUpstream } from "./ask-identity.ts";
export type { PostgresProxyOptions } from "./proxy.ts";
export { PostgresProxy } from "./proxy.ts";
export type { ServerIdentity } from "./server-identity.ts";
export type { PostgresSession } from "./sign-in-agent.ts";
export type { PostgresUpstream } from "./sign-in-upstream.ts";
export type {
  DefinedObject,
  SideEffect,
  SimulationAnswer,
  SimulationRequest,
  TableChange,
} from "./simulate/answer.ts";
export { simulate } from "./simulate/simulate.ts";
export type { PinVerdict, TargetPins, TargetUse } from "./target-pins.ts";
export type { UpstreamDoor } from "./upstream-door.ts";
