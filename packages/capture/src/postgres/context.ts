import type { Approvals, Decider, Recorder, SessionIdentity, Target } from "@custody/domain";
import type { Clock } from "../clock.ts";
import type { RunningTool } from "../tool-watch.ts";
import type { Catalogue } from "./catalogue/catalogue.ts";
import type { LookBeside } from "./simulate/look-beside.ts";

/** What every part of one connection knows: whose it is, where it leads, and the ports. */
export interface ConnectionContext {
  /** Without them nobody can be asked, and what needs a human is refused. */
  readonly approvals?: Approvals | undefined;
  /** Without it, statements are what their texts say. */
  readonly catalogue?: Catalogue;
  readonly clock: Clock;
  readonly connection: string;
  readonly decider: Decider;
  /** `strict`: reads wait for the fsync too. */
  readonly durability: "ordered" | "strict";
  readonly maxStatementBytes: number;
  /** Into any database of the same server. */
  readonly lookBeside?: LookBeside;
  readonly newId: () => string;
  readonly recorder: Recorder;
  /** The call of a tool that runs in this session, while there is exactly one. */
  readonly runningTool?: (() => RunningTool | undefined) | undefined;
  readonly session: SessionIdentity;
  readonly target: Target;
}
