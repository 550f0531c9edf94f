export type { AuditLoggerOptions, Reported } from "./audit-logger.ts";
export { AuditLogger, createAuditLogger } from "./audit-logger.ts";
export type { ClientErrorCode } from "./error.ts";
export { ClientError } from "./error.ts";
export type { Context, Details, EventLinks, EventOptions, EventUsage } from "./events/event.ts";
export type { ModelRequestOptions } from "./model-request.ts";
export { ModelRequest } from "./model-request.ts";
