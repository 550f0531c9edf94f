import { type RecordDraft, type Recorder, rfc3339, type SessionIdentity } from "@custody/domain";

/** An agent may begin this many; the acts of further ones are filed under its own session. */
const CHILDREN_MAX = 1000;

interface Surroundings {
  readonly newId: () => string;
  readonly nowUs: () => number;
  readonly recorder: Pick<Recorder, "record">;
}

/** Agents that an agent has begun, as it names them on its requests: each is a session of its own, below the agent's. */
export class SubAgents {
  readonly #surroundings: Surroundings;
  readonly #children = new Map<string, SessionIdentity>();
  readonly #counts = new Map<string, number>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Whose acts they are. A new one is on record before anything of it is. */
  sessionOf(parent: SessionIdentity, agentId: string | undefined): SessionIdentity {
    if (agentId === undefined || agentId === "" || agentId.length > 200) return parent;
    const key = `${parent.id} ${agentId}`;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const count = this.#counts.get(parent.id) ?? 0;
    if (count >= CHILDREN_MAX) return parent;
    this.#counts.set(parent.id, count + 1);
    const child = this.#begin(parent, agentId);
    this.#children.set(key, child);
    return child;
  }

  /** The session ended, or nobody can come with its token any more. */
  forget(parent: string): void {
    this.#counts.delete(parent);
    for (const key of this.#children.keys()) if (key.startsWith(`${parent} `)) this.#children.delete(key);
  }

  #begin(parent: SessionIdentity, agentId: string): SessionIdentity {
    const { newId, nowUs, recorder } = this.#surroundings;
    const id = newId();
    const { agent, human } = parent.actor;
    const child: SessionIdentity = {
      actor: {
        agent: {
          instance: id,
          name: agent?.name ?? "",
          ...(agent === undefined ? undefined : { parent: agent.instance }),
        },
        ...(human === undefined ? undefined : { human }),
      },
      id,
      project: parent.project,
    };
    const draft: RecordDraft = {
      action: newId(),
      actor: child.actor,
      details: { agentId },
      level: "info",
      links: {},
      message: { key: "session.started", params: { agent: agent?.name ?? "" } },
      parentSession: parent.id,
      project: child.project,
      session: id,
      time: rfc3339(nowUs()),
      type: "session.started",
    };
    // It is in order before all that follows; whoever relays an answer waits for it to be written.
    void recorder.record([draft], "queued")?.catch(() => {});
    return child;
  }
}
