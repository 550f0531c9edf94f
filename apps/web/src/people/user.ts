/** Somebody, as the server lists them: docs/api.md. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  /** As whom a provider knows them; an email, until they have come by it. */
  readonly sso: { readonly email: string } | { readonly issuer: string; readonly subject: string } | null;
  readonly lockedUntil: string | null;
  readonly removedAt: string | null;
}

export interface UserPage {
  readonly users: readonly User[];
  readonly next: string | null;
}

/** A link with which somebody sets a password; no later answer has it. */
export interface PasswordLink {
  readonly name: string;
  readonly url: string;
  readonly expires: string;
}

export const USERS_KEY = "users";

/** `approver, viewer@shop` as somebody typed it; the server says which of them make no sense. */
export function rolesIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((role) => role !== "");
}
