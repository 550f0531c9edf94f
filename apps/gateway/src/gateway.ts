import { ToolWatch } from "@custody/capture/llm";
import {
  type Clock,
  PostgresProxy,
  type PostgresSession,
  type PostgresUpstream,
  type TargetPins,
} from "@custody/capture/postgres";
import type {
  Action,
  Approvals,
  Decider,
  Environment,
  Recorder,
  SessionIdentity,
  TableRows,
} from "@custody/domain";
import type { Freezes, SpentBy } from "@custody/policy";
import { agentTls } from "./agent-tls.ts";
import { CurrentPolicy } from "./current-policy.ts";
import { ModelGateway, type ModelGatewayParts } from "./models/model-gateway.ts";
import type { ListeningModels, ModelsOptions } from "./models/models-options.ts";
import type { GatewayPolicy } from "./policy.ts";
import { TargetPlaces } from "./target-places.ts";
import { upstreamWays } from "./upstream-connection.ts";
import type { UpstreamTls } from "./upstream-tls.ts";

/** A database to stand in front of. */
export interface TargetOptions {
  readonly name: string;
  readonly kind: "postgres";
  /** Where agents connect; port 0 takes a free one. */
  readonly host: string;
  readonly port: number;
  /** What agents are shown when they ask for TLS; without it they are told that there is none. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly isRequired: boolean };
  readonly upstream: PostgresUpstream;
  readonly upstreamTls: UpstreamTls;
  readonly environment: Environment;
  /** `strict`: reads wait for the disk too. */
  readonly durability: "ordered" | "strict";
  /** Only sessions of this project may use it. */
  readonly project: string;
  readonly maxStatementBytes: number;
}

export interface GatewayOptions {
  readonly targets: readonly TargetOptions[];
  readonly policy: GatewayPolicy;
  readonly recorder: Recorder;
  /** Where acts wait for people; without it, what needs a human is refused. */
  readonly approvals?: Approvals;
  /** What is frozen now; asked before each statement. */
  readonly freezes: () => Freezes;
  /** Which server each target is held to. */
  readonly pins: TargetPins;
  readonly findSession: (id: string) => PostgresSession | undefined;
  /** What a session has spent on models, with those that it began: for rules that ask. */
  readonly spentBy?: SpentBy;
  /** Models to stand in front of, where there are any. */
  readonly models?: (ModelsOptions & ModelPorts) | undefined;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** What the data path needs for models, and not for databases. */
export type ModelPorts = Pick<
  ModelGatewayParts,
  "findSession" | "knownSecrets" | "priceOf" | "reserve" | "storeBody"
>;

/** A target that listens. */
export interface ListeningTarget {
  readonly name: string;
  readonly kind: "postgres";
  readonly listen: string;
  readonly database: string;
  readonly project: string;
  /** Agents must connect in TLS. */
  readonly isTlsRequired: boolean;
}

/** What another configuration changed, by the names of targets. */
export interface GatewayChange {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export interface ApplyOptions {
  readonly targets: readonly TargetOptions[];
  readonly policy: GatewayPolicy;
  /** Connections to what changed or is gone get this long to finish what they are doing. */
  readonly graceMs: number;
  /** Called when nothing can fail any more and nothing has changed yet. A failure of it changes nothing. */
  readonly beforeSwitch: (change: GatewayChange) => Promise<void>;
}

export interface Gateway {
  /** Those that listen now. */
  readonly targets: readonly ListeningTarget[];
  /** What they were started with, secrets included. */
  readonly inForce: readonly TargetOptions[];
  /** Undefined where none are configured. */
  readonly models: ListeningModels | undefined;
  readonly connectionCount: number;
  /**
   * Puts other targets and rules in force: all of it or nothing. The rules hold from the next statement on, on every
   * connection. A target that did not change keeps its port and its connections; one that changed keeps its port, and
   * its connections are let go; one that is gone stops listening, and lets go. Resolves once the new ones are in force,
   * without waiting for connections to end. Not to be called again before it has resolved.
   *
   * @throws GatewayError LISTEN_FAILED, and whatever `beforeSwitch` throws
   */
  apply(options: ApplyOptions): Promise<GatewayChange>;
  /** Ends every connection of a session, whatever it is doing. The session may not be found any more before that. */
  endSession(id: string): void;
  /** Counts what was done before this gateway began, for limits over time. */
  readonly count: (action: Action, byTable: readonly TableRows[]) => void;
  /** Takes no more connections, and resolves once all are ended: idle ones at once, the others after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts the data path: one listener a target, all of them or none.
 *
 * @throws GatewayError LISTEN_FAILED
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const rules = new CurrentPolicy(options.policy, options.freezes, options.spentBy);
  const tools = new ToolWatch();
  const places = new TargetPlaces((target) => postgresProxy(target, options, rules, tools));
  await places.apply(options.targets, 0, async () => {});
  const models = await startModels(options, rules, tools).catch(async (error: unknown) => {
    await places.close(0);
    throw error;
  });
  return {
    get models() {
      return models?.listening;
    },
    get targets() {
      return places.targets;
    },
    get inForce() {
      return places.inForce;
    },
    get connectionCount() {
      return places.connectionCount + (models?.requestCount ?? 0);
    },
    apply: ({ beforeSwitch, graceMs, policy, targets }) =>
      places.apply(targets, graceMs, async (change) => {
        await beforeSwitch(change);
        rules.use(policy);
      }),
    async close(graceMs) {
      await Promise.all([places.close(graceMs), models?.close(graceMs)]);
    },
    endSession(id) {
      places.endSession(id);
      models?.endSession(id);
    },
    count: (action, byTable) => rules.count(action, byTable),
  };
}

async function startModels(
  { approvals, clock, models, newId, recorder }: GatewayOptions,
  decider: Decider,
  tools: ToolWatch,
): Promise<ModelGateway | undefined> {
  if (models === undefined) return undefined;
  return ModelGateway.start(models, { ...models, approvals, clock, decider, newId, recorder, tools });
}

function postgresProxy(
  target: TargetOptions,
  options: GatewayOptions,
  decider: Decider,
  tools: ToolWatch,
): PostgresProxy {
  const { approvals, clock, newId, pins, recorder } = options;
  return new PostgresProxy({
    approvals,
    clock,
    ...upstreamWays(target.upstream, target.upstreamTls),
    decider,
    defaultSession: nobody(target.project),
    durability: target.durability,
    findSession: options.findSession,
    maxStatementBytes: target.maxStatementBytes,
    newId,
    pins,
    recorder,
    runningTool: (session) => tools.running(session),
    ...(target.tls === undefined ? undefined : { tls: agentTls(target.tls) }),
    target: { environment: target.environment, name: target.name },
    upstream: target.upstream,
  });
}

/** Whom a connection's records are filed under before it has signed in: the nil UUID, which names nobody. */
function nobody(project: string): SessionIdentity {
  return { actor: { service: "custody" }, id: "00000000-0000-0000-0000-000000000000", project };
}
