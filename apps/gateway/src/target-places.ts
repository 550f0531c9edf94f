import { isDeepStrictEqual } from "node:util";
import { ConnectionBudget } from "./connection-budget.ts";
import { GatewayError } from "./error.ts";
import type { GatewayChange, ListeningTarget, TargetOptions } from "./gateway.ts";
import { Listener, type Service } from "./listener.ts";

/** A target and where it listens. */
interface Place {
  readonly options: TargetOptions;
  readonly listener: Listener;
  readonly listen: string;
}

/**
 * The listeners of all targets, by their address: a port that stays in use is never closed, also when the target behind
 * it is another one now. A port that the system chose belongs to the target's name.
 */
export class TargetPlaces {
  readonly #serve: (target: TargetOptions) => Service;
  readonly #budget = new ConnectionBudget();
  #places = new Map<string, Place>();
  /** Listeners that are closed and still have clients, and services that were replaced. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #closing = new Set<Listener>();

  constructor(serve: (target: TargetOptions) => Service) {
    this.#serve = serve;
  }

  get targets(): readonly ListeningTarget[] {
    return [...this.#places.values()].map(({ listen, options }) => {
      const { name, kind, project, tls, upstream } = options;
      const isTlsRequired = tls?.isRequired ?? false;
      return { database: upstream.database, isTlsRequired, kind, listen, name, project };
    });
  }

  get inForce(): readonly TargetOptions[] {
    return [...this.#places.values()].map(({ options }) => options);
  }

  get connectionCount(): number {
    return this.#listeners().reduce((sum, listener) => sum + listener.connectionCount, 0);
  }

  endSession(id: string): void {
    for (const listener of this.#listeners()) listener.endSession(id);
  }

  /** Listens wherever that is new, asks `beforeSwitch`, and then changes over without a step that can fail. */
  async apply(
    targets: readonly TargetOptions[],
    graceMs: number,
    beforeSwitch: (change: GatewayChange) => Promise<void>,
  ): Promise<GatewayChange> {
    const change = changeBetween(this.inForce, targets);
    const next = new Map<string, Place>();
    const opened: Listener[] = [];
    try {
      for (const target of targets) {
        const key = keyOf(target);
        if (next.has(key)) throw new GatewayError("LISTEN_FAILED", `two targets listen on ${key}`);
        const present = this.#places.get(key);
        if (present !== undefined) {
          next.set(key, { ...present, options: target });
          continue;
        }
        const listener = new Listener(target.name, this.#serve(target), this.#budget);
        opened.push(listener);
        next.set(key, { listen: await listener.listen(target.host, target.port), listener, options: target });
      }
      await beforeSwitch(change);
    } catch (error) {
      await Promise.all(opened.map((listener) => listener.close(0)));
      throw error;
    }
    this.#switch(next, graceMs);
    return change;
  }

  async close(graceMs: number): Promise<void> {
    const listeners = [...this.#places.values()].map(({ listener }) => listener);
    await Promise.all([...listeners, ...this.#closing].map((listener) => listener.close(graceMs)));
    await Promise.all(this.#leaving);
  }

  #listeners(): readonly Listener[] {
    return [...[...this.#places.values()].map(({ listener }) => listener), ...this.#closing];
  }

  #switch(next: Map<string, Place>, graceMs: number): void {
    for (const [key, { listener, options }] of this.#places) {
      const after = next.get(key);
      if (after === undefined) {
        this.#closing.add(listener);
        this.#leave(listener.close(graceMs).then(() => void this.#closing.delete(listener)));
      } else if (!isDeepStrictEqual(options, after.options))
        this.#leave(listener.replaceService(this.#serve(after.options), graceMs));
    }
    this.#places = next;
  }

  #leave(leaving: Promise<void>): void {
    const settled = leaving.catch(() => {}).then(() => void this.#leaving.delete(settled));
    this.#leaving.add(settled);
  }
}

function keyOf({ name, host, port }: TargetOptions): string {
  return port === 0 ? `${name} on ${host}` : `${host}:${port}`;
}

function changeBetween(before: readonly TargetOptions[], after: readonly TargetOptions[]): GatewayChange {
  const old = new Map(before.map((target) => [target.name, target]));
  const names = new Set(after.map(({ name }) => name));
  return {
    added: after.filter(({ name }) => !old.has(name)).map(({ name }) => name),
    changed: after
      .filter((target) => old.has(target.name) && !isDeepStrictEqual(old.get(target.name), target))
      .map(({ name }) => name),
    removed: before.filter(({ name }) => !names.has(name)).map(({ name }) => name),
  };
}
