import { requestJson } from "../api/request.ts";

/** One's own, as the server lists them: docs/api.md. */
export interface Key {
  readonly id: string;
  readonly kind: "passkey" | "ssh-key";
  readonly label: string;
  readonly enrolledAt: string;
  readonly confirmedBy: string | null;
  readonly isInForce: boolean;
  /** Of a passkey, in base64url. */
  readonly credential: string | null;
}

/** What the list of them is called among all that was asked for. */
export const KEYS = "keys";

export function keysOf(): Promise<{ readonly keys: readonly Key[] }> {
  return requestJson("/api/me/keys");
}
