/** Records that say who there is and what they may do. The state is made of these and of nothing else. */
export const USER_INVITED = "user.invited";
export const USER_RECOVERY_OPENED = "user.recovery-opened";
export const USER_CREATED = "user.created";
export const USER_PASSWORD_SET = "user.password-set";
export const USER_TOTP_CHANGED = "user.totp-changed";
export const USER_SIGNED_IN = "user.signed-in";
export const USER_SIGNED_OUT = "user.signed-out";
export const USER_LOCKED = "user.locked";
export const USER_REMOVED = "user.removed";
export const USER_KEY_ENROLLED = "user.key-enrolled";
export const USER_KEY_CONFIRMED = "user.key-confirmed";
export const USER_KEY_REMOVED = "user.key-removed";
export const USER_SSO_NAMED = "user.sso-named";
export const USER_SSO_LINKED = "user.sso-linked";
export const ROLE_CHANGED = "role.changed";
export const TOKEN_CREATED = "token.created";
export const TOKEN_REVOKED = "token.revoked";

const TYPES: ReadonlySet<string> = new Set([
  USER_INVITED,
  USER_RECOVERY_OPENED,
  USER_CREATED,
  USER_PASSWORD_SET,
  USER_TOTP_CHANGED,
  USER_SIGNED_IN,
  USER_SIGNED_OUT,
  USER_LOCKED,
  USER_REMOVED,
  USER_KEY_ENROLLED,
  USER_KEY_CONFIRMED,
  USER_KEY_REMOVED,
  USER_SSO_NAMED,
  USER_SSO_LINKED,
  ROLE_CHANGED,
  TOKEN_CREATED,
  TOKEN_REVOKED,
]);

export function isIdentityType(type: string): boolean {
  return TYPES.has(type);
}
