export type { ServerErrorCode } from "./error.ts";
export { ServerError } from "./error.ts";
export type { HttpProblemCode } from "./http/http-problem.ts";
export { HttpProblem } from "./http/http-problem.ts";
export type { AdministerAct, DataPath, NewSession, Status } from "./process/data-path.ts";
export type { ServerSettings } from "./process/settings.ts";
export type { ServerProcess, ServerProcessOptions } from "./process/start-server-process.ts";
export { startServerProcess } from "./process/start-server-process.ts";
