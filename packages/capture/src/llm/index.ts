export type { Clock } from "../clock.ts";
export { CaptureError } from "../error.ts";
export type { RunningTool } from "../tool-watch.ts";
export { ToolWatch } from "../tool-watch.ts";
export type {
  BudgetVerdict,
  LlmContext,
  ModelDoor,
  PriceOf,
  ReserveBudget,
  StoreBody,
} from "./context.ts";
export type { TokenCounts } from "./conversation/block.ts";
export type { Provider, ProviderKind } from "./provider.ts";
export { providers } from "./providers.ts";
export type { LlmProxyOptions } from "./proxy.ts";
export { LlmProxy } from "./proxy.ts";
export type { ConversationReader } from "./reading/conversation-reader.ts";
export { ReadingThreads } from "./reading/reading-threads.ts";
