import { accessHeaders, forgetAccess, keepSession, keepToken } from "../api/access.ts";
import { reach, reachJson } from "../api/request.ts";
import type { OfferedFactor } from "./factor-fields.tsx";
import { fragmentIn } from "./fragment.ts";

interface SessionKey {
  readonly key: string;
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly code?: string;
}

/** What a link is for, and a second factor to enrol with it. */
export interface Invitation {
  readonly purpose: "owner" | "join" | "reset";
  readonly name: string | null;
  readonly totp: OfferedFactor;
}

export interface Acceptance {
  readonly secret: string;
  readonly name?: string;
  readonly password: string;
  readonly totp?: { readonly secret: string; readonly code: string };
}

/** Exchanges a code for a token. Codes work once, so this is never tried again by itself. */
export async function signInWithCode(code: string): Promise<void> {
  const { token } = await reachJson<{ readonly token: string }>("/api/sign-in", { code });
  keepToken(token);
}

export async function signInWithPassword(credentials: Credentials): Promise<void> {
  keepSession((await reachJson<SessionKey>("/api/sign-in/password", credentials)).key);
}

export async function lookAtInvitation(secret: string): Promise<Invitation> {
  return reachJson<Invitation>("/api/invitations/look", { secret });
}

export async function acceptInvitation(acceptance: Acceptance): Promise<void> {
  keepSession((await reachJson<SessionKey>("/api/invitations/accept", acceptance)).key);
}

/** Takes whatever somebody pasted: a link, a code, or a token. */
export async function signInWithPasted(pasted: string): Promise<void> {
  const text = pasted.trim();
  const linked = fragmentIn(text);
  if (linked?.kind === "code") return signInWithCode(linked.value);
  // A token opens the API by itself; what does not, may be a code.
  if (isHeaderValue(text) && (await isToken(text))) return keepToken(text);
  await signInWithCode(text);
}

/** Ends the session here and on the server. A server that does not answer keeps nobody here. */
export async function signOut(): Promise<void> {
  const headers = { "content-type": "application/json", ...accessHeaders() };
  await reach("/api/sign-out", { body: "{}", headers, method: "POST" }).catch(() => {});
  forgetAccess(false);
}

async function isToken(text: string): Promise<boolean> {
  const response = await reach("/api/status", { headers: { authorization: `Bearer ${text}` } });
  return response.ok;
}

function isHeaderValue(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
