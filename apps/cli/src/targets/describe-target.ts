import type { ServerIdentity } from "@custody/gateway";
import { describeServer } from "@custody/gateway/words";
import type { PinnedServer, TargetListing, TargetStanding } from "@custody/server";

/** A server in words, as it came from the server's process. */
export function serverText({ database, oid, server, system }: PinnedServer): string {
  const identity: ServerIdentity = {
    database,
    oid,
    ...(server === null ? undefined : { server }),
    ...(system === null ? undefined : { system }),
  };
  return describeServer(identity);
}

/** Which server a target is held to, and which one answers in its place. */
export function standingLines({ pin, refused }: TargetStanding): string[] {
  if (pin === null) return ["not pinned yet: the first connection of an agent does it"];
  const { by, partial, pinnedAt } = pin;
  const part = partial ? ", PARTIAL: the role may not ask for the system's identifier" : "";
  const held = `held to ${serverText(pin)}, since ${pinnedAt.slice(0, 19)}Z by ${by}${part}`;
  if (refused === null) return [held];
  const { attempts, since } = refused;
  const count = attempts === 1 ? "1 connection" : `${attempts} connections`;
  return [held, `REFUSED since ${since.slice(0, 19)}Z, ${count}: ${serverText(refused)} answers`];
}

export function targetLines({ configured, name, pin, refused }: TargetListing): string[] {
  const where =
    configured === null
      ? "no longer in the configuration"
      : `${configured.environment}, ${configured.upstream ?? "its upstream is not known here"}`;
  return [`${name} (${where})`, ...standingLines({ pin, refused }).map((line) => `  ${line}`)];
}
