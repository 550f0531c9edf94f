import type { Environment } from "@custody/domain";
import {
  CaptureError,
  type Gateway,
  identifyTarget,
  type ServerIdentity,
  type TargetOptions,
} from "@custody/gateway";
import { describeServer, isPartial } from "@custody/gateway/words";
import { LedgerError } from "@custody/ledger";
import {
  HttpProblem,
  type PinnedServer,
  type TargetListing,
  type TargetPinned,
  type TargetStanding,
} from "@custody/server";
import { z } from "zod";
import { readRequest } from "../control/read-request.ts";
import { CliError } from "../error.ts";
import type { Human } from "../retention/retention-records.ts";
import type { PinRegister } from "./pin-register.ts";
import type { TargetPin } from "./pins.ts";

/** A target of the configuration. */
export interface NamedTarget {
  readonly name: string;
  readonly environment: Environment;
  /** `host:port`; null when the variable or file with it is not there. */
  readonly upstream: string | null;
}

export interface TargetDeskParts {
  readonly pins: Pick<PinRegister, "pin" | "pins">;
  readonly named: () => readonly NamedTarget[];
  /** How to reach one of them; undefined when there is none of this name. @throws CliError UPSTREAM_MISSING */
  readonly resolve: (name: string) => TargetOptions | undefined;
}

/** The targets that a gateway has in force. */
export function targetsOf(gateway: Pick<Gateway, "inForce">): Omit<TargetDeskParts, "pins"> {
  return {
    named: () => gateway.inForce.map((target) => ({ ...target, upstream: addressOf(target) })),
    resolve: (name) => gateway.inForce.find((target) => target.name === name),
  };
}

const pinRequest = z.strictObject({
  target: z.string().min(1).max(63),
  reason: z.string().trim().min(1).max(1000),
  /** It is only pinned if it is this one. */
  system: z
    .string()
    .regex(/^\d{1,20}$/, "a system identifier is a number")
    .optional(),
});

/** Says which server each target is held to, and holds it to another one when a person says so. */
export class TargetDesk {
  readonly #parts: TargetDeskParts;

  constructor(parts: TargetDeskParts) {
    this.#parts = parts;
  }

  /** Targets of the configuration first; then those that are in it no more, whose pins stay. */
  async list(): Promise<TargetListing[]> {
    return listTargets(this.#parts.named(), await this.#parts.pins.pins());
  }

  /** @throws HttpProblem request-invalid, not-found, target-unreachable, identity-differs, ledger-unavailable */
  async pin(body: unknown, human: Human): Promise<TargetPinned> {
    const { reason, system, target: name } = readRequest(pinRequest, body);
    const { identity, target } = await this.#identify(name);
    const upstream = addressOf(target);
    if (system !== undefined && system !== identity.system)
      throw new HttpProblem(
        "identity-differs",
        `system ${system} was to be pinned, and ${upstream} is ${describeServer(identity)}`,
      );
    const { environment, kind } = target;
    const { database, user } = target.upstream;
    const facts = { human, identity, reason, target: { database, environment, kind, name, user }, upstream };
    try {
      const { former, record } = await this.#parts.pins.pin(facts);
      const previous = former === undefined ? null : serverOf(former.identity);
      return { target: name, previous, pinned: serverOf(identity), record };
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      throw new HttpProblem("ledger-unavailable", error.message);
    }
  }

  async #identify(name: string): Promise<{ target: TargetOptions; identity: ServerIdentity }> {
    try {
      const target = this.#parts.resolve(name);
      if (target !== undefined) return { identity: await identifyTarget(target), target };
    } catch (error) {
      if (!(error instanceof CaptureError || error instanceof CliError)) throw error;
      throw new HttpProblem("target-unreachable", `${error.message} (${error.code})`);
    }
    throw new HttpProblem("not-found", `there is no target ${JSON.stringify(name)} in the configuration`);
  }
}

export function listTargets(named: readonly NamedTarget[], pins: readonly TargetPin[]): TargetListing[] {
  const gone = pins.filter(({ target }) => !named.some(({ name }) => name === target));
  return [
    ...named.map(({ environment, name, upstream }) => {
      const found = pins.find(({ target }) => target === name);
      return { name, configured: { environment, upstream }, ...standing(found) };
    }),
    ...gone.map((pin) => ({ name: pin.target, configured: null, ...standing(pin) })),
  ];
}

/** How a target stands with its server: what `custody status` and `custody target list` say of it. */
export function standing(pin: TargetPin | undefined): TargetStanding {
  if (pin === undefined) return { pin: null, refused: null };
  const { by, identity, pinnedAt, refused } = pin;
  return {
    pin: { ...serverOf(identity), pinnedAt, by },
    refused:
      refused === undefined
        ? null
        : { ...serverOf(refused.identity), since: refused.since, attempts: refused.attempts },
  };
}

function addressOf({ upstream: { host, port } }: TargetOptions): string {
  return `${host}:${port}`;
}

function serverOf(identity: ServerIdentity): PinnedServer {
  const { database, oid, server = null, system = null } = identity;
  return { system, database, oid, server, partial: isPartial(identity) };
}
