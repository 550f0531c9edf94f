import type { IncomingMessage, ServerResponse } from "node:http";
import type { Action } from "@custody/domain";
import type { BodyRoom } from "./body-room.ts";
import type { LlmContext, ModelDoor } from "./context.ts";
import type { Endpoint } from "./provider.ts";
import type { SessionTrail } from "./session-trail.ts";
import type { Upstream } from "./upstream.ts";

/** What one request of an agent is served with. */
export interface ExchangeParts {
  readonly context: LlmContext;
  readonly door: ModelDoor;
  readonly endpoint: Endpoint;
  /** Values that are secret, whatever they look like. */
  readonly known: readonly string[];
  /** Without the query, which may have a key in it. */
  readonly path: string;
  readonly pathAndQuery: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly room: BodyRoom;
  readonly session: Action["session"];
  readonly trail: SessionTrail;
  readonly upstream: Upstream;
}
