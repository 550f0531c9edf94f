import type { AlertSubject } from "./alert.ts";
import { SUBJECT_CHARACTERS_MAX, SUBJECT_MEMBERS } from "./alert.ts";
import type { Facts } from "./facts.ts";
import { type AlertKind, type GroupMember, ruleOf } from "./kinds.ts";

export function subjectOf(facts: Facts): AlertSubject {
  const { agent, details, environment, human, rule, session, target } = facts;
  const text = (name: string): string | undefined => {
    const value = details[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const address = text("address");
  const found: Record<keyof AlertSubject, string | undefined> = {
    address: address === undefined ? undefined : hostOf(address),
    agent,
    environment,
    human,
    name: text("name") ?? text("session"),
    place: text("place"),
    reason: undefined,
    route: text("route") ?? text("act"),
    rule,
    session,
    target,
  };
  const members = SUBJECT_MEMBERS.flatMap((member) => {
    const value = found[member];
    return value === undefined ? [] : [[member, value.slice(0, SUBJECT_CHARACTERS_MAX)]];
  });
  return Object.fromEntries(members) as AlertSubject;
}

/** Occurrences with the same key are one alert. */
export function keyOf(kind: AlertKind, subject: AlertSubject): string {
  const members: readonly GroupMember[] = ruleOf(kind).groupBy;
  return JSON.stringify([kind, ...members.map((member) => subject[member] ?? "")]);
}

/** For occurrences that find no room for a group of their own. */
export function overflowKeyOf(kind: AlertKind): string {
  return JSON.stringify([kind]);
}

/** An address of a client has a port that is another each time. */
function hostOf(address: string): string {
  return address.replace(/^\[(.*)\](:\d+)?$/, "$1").replace(/^([^:]*):\d+$/, "$1");
}
