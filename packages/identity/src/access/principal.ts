import type { Actor } from "@custody/domain";
import type { Grant } from "./grants.ts";
import { type Act, allows, reachOf } from "./roles.ts";

/** A program's token. It acts for the person who made it, and may do what the column `agent` has at the most, or `sdk`. */
export const MACHINE_KINDS = ["agent", "gateway", "sink", "sdk"] as const;

export type MachineKind = (typeof MACHINE_KINDS)[number];

export type PrincipalKind = "operator" | "person" | MachineKind;

/** How sure it is that a person is who they say: as records have it. */
export type Assurance = NonNullable<Actor["human"]>["assurance"];

/** How somebody came in; `sso` is OpenID Connect. */
export const METHODS = [
  "local token",
  "sign-in link",
  "password",
  "password and code",
  "passkey",
  "sso",
  "invitation",
  "device",
  "token",
] as const;

export type Method = (typeof METHODS)[number];

/** Who asks: what each request carries, and each act of the data path is told. */
export interface Principal {
  /** Of the person, also where a program acts for them. */
  readonly id: string;
  readonly name: string;
  readonly kind: PrincipalKind;
  readonly method: Method;
  readonly assurance: Assurance;
  readonly grants: readonly Grant[];
  /** The browser's session that it came by. */
  readonly session?: string;
  /** The token that it came by. */
  readonly token?: { readonly id: string; readonly name: string };
  /** RFC 3339: when this way in ends. */
  readonly expiresAt?: string;
}

/** Whoever shows the local token. */
export const OPERATOR: Principal = {
  assurance: "token",
  grants: [],
  id: "local",
  kind: "operator",
  method: "local token",
  name: "local operator",
};

/** A browser that the operator let in by a link: it looks, and does nothing. */
export const OPERATOR_PAGE: Principal = {
  ...OPERATOR,
  grants: [{ role: "viewer" }],
  kind: "person",
  method: "sign-in link",
};

/**
 * Whether somebody may do something in a project; without one, whether there is any for which they may. What needs to
 * hold for everything is not permitted by a role for one project.
 */
export function may(principal: Principal, act: Act, project?: string): boolean {
  if (principal.kind === "operator") return allows("operator", act);
  if (principal.kind !== "person" && !allows(columnOf(principal.kind), act)) return false;
  return principal.grants.some((grant) => allows(grant.role, act) && covers(grant, act, project));
}

function columnOf(kind: MachineKind): "agent" | "sdk" {
  return kind === "sdk" ? "sdk" : "agent";
}

function covers(grant: Grant, act: Act, project: string | undefined): boolean {
  if (grant.project === undefined || reachOf(act) === "any") return true;
  return reachOf(act) === "project" && (project === undefined || grant.project === project);
}

/** The projects in which somebody may do something; `all` where no project is left out. */
export function projectsOf(principal: Principal, act: Act): "all" | readonly string[] {
  if (principal.kind === "operator") return allows("operator", act) ? "all" : [];
  if (principal.kind !== "person" && !allows(columnOf(principal.kind), act)) return [];
  const fitting = principal.grants.filter(({ role }) => allows(role, act));
  if (fitting.some(({ project }) => project === undefined)) return "all";
  return [...new Set(fitting.flatMap(({ project }) => project ?? []))].sort();
}

/** As a record has a person. */
export function humanOf({ assurance, id, name }: Principal): NonNullable<Actor["human"]> {
  return { assurance, id, name };
}
