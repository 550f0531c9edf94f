export { WireError } from "../error.ts";
export type { EventDecoderOptions } from "./event-decoder.ts";
export { EventDecoder } from "./event-decoder.ts";
export type { ServerSentEvent } from "./server-sent-event.ts";
