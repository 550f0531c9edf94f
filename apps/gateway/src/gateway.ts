import {
  type Clock,
  PostgresProxy,
  type PostgresSession,
  type PostgresUpstream,
} from "@custody/capture/postgres";
import type { Environment, Recorder, SessionIdentity } from "@custody/domain";
import { Listener } from "./listener.ts";
import type { GatewayPolicy } from "./policy.ts";
import { connectUpstream } from "./upstream-connection.ts";

/** A database to stand in front of. */
export interface TargetOptions {
  readonly name: string;
  readonly kind: "postgres";
  /** Where agents connect; port 0 takes a free one. */
  readonly host: string;
  readonly port: number;
  readonly upstream: PostgresUpstream;
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
  readonly findSession: (id: string) => PostgresSession | undefined;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** A target that listens. */
export interface ListeningTarget {
  readonly name: string;
  readonly kind: "postgres";
  readonly listen: string;
  readonly database: string;
  readonly project: string;
}

export interface Gateway {
  readonly targets: readonly ListeningTarget[];
  readonly connectionCount: number;
  /** Takes no more connections, and resolves once all are ended: idle ones at once, the others after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts the data path: one listener a target, all of them or none.
 *
 * @throws GatewayError LISTEN_FAILED
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const listeners: Listener[] = [];
  const close = async (graceMs: number) => {
    await Promise.all(listeners.map((listener) => listener.close(graceMs)));
  };
  const targets: ListeningTarget[] = [];
  try {
    for (const target of options.targets) {
      const listener = new Listener(target.name, postgresProxy(target, options));
      listeners.push(listener);
      const listen = await listener.listen(target.host, target.port);
      const { name, kind, project, upstream } = target;
      targets.push({ database: upstream.database, kind, listen, name, project });
    }
  } catch (error) {
    await close(0);
    throw error;
  }
  return {
    targets,
    get connectionCount() {
      return listeners.reduce((sum, listener) => sum + listener.connectionCount, 0);
    },
    close,
  };
}

function postgresProxy(target: TargetOptions, options: GatewayOptions): PostgresProxy {
  const { clock, newId, policy, recorder } = options;
  return new PostgresProxy({
    clock,
    connect: () => connectUpstream(target.upstream),
    decider: policy.decider,
    defaultSession: nobody(target.project),
    durability: target.durability,
    findSession: (id) => {
      const session = options.findSession(id);
      // To the agent, a session of another project is as unknown as one that never was.
      return session?.identity.project === target.project ? session : undefined;
    },
    maxStatementBytes: target.maxStatementBytes,
    newId,
    recorder,
    target: { environment: target.environment, name: target.name },
    upstream: target.upstream,
  });
}

/** Whom a connection's records are filed under before it has signed in: the nil UUID, which names nobody. */
function nobody(project: string): SessionIdentity {
  return { actor: { service: "custody" }, id: "00000000-0000-0000-0000-000000000000", project };
}
