export type {
  DefinedObject,
  PinVerdict,
  ServerIdentity,
  SideEffect,
  SimulationAnswer,
  TableChange,
  TargetPins,
  TargetUse,
} from "@custody/capture/postgres";
export { CaptureError } from "@custody/capture/postgres";
export type { GatewayErrorCode } from "./error.ts";
export { GatewayError } from "./error.ts";
export type {
  ApplyOptions,
  Gateway,
  GatewayChange,
  GatewayOptions,
  ListeningTarget,
  ModelPorts,
  TargetOptions,
} from "./gateway.ts";
export { startGateway } from "./gateway.ts";
export { identifyTarget } from "./identify-target.ts";
export type { ListeningModels, ModelsOptions, ProviderOptions } from "./models/models-options.ts";
export type { GatewayPolicy } from "./policy.ts";
export { loadPolicy } from "./policy.ts";
export type { IssuedSession, SessionFacts, SessionRequest } from "./session-registry.ts";
export { SessionRegistry } from "./session-registry.ts";
export { simulateOn } from "./simulate-on.ts";
export type { UpstreamTls } from "./upstream-tls.ts";
export type { PostgresUrl, UrlTls } from "./upstream-url.ts";
export { isLoopbackHost, parsePostgresUrl } from "./upstream-url.ts";
