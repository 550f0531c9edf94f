export type { CaptureErrorCode } from "../error.ts";
export { CaptureError } from "../error.ts";
export type { Clock } from "./context.ts";
export type { PostgresProxyOptions } from "./proxy.ts";
export { PostgresProxy } from "./proxy.ts";
export type { PostgresSession } from "./sign-in-agent.ts";
export type { PostgresUpstream } from "./sign-in-upstream.ts";
