/**
 * The token of this tab. It lies in sessionStorage, not in a cookie: cookies are shared between the ports of a host, so
 * an agent's own web server on another port could be sent one.
 */
const KEY = "custody-token";

type Listener = () => void;
const listeners = new Set<Listener>();
let hasEnded = false;

export function readToken(): string | null {
  return sessionStorage.getItem(KEY);
}

export function keepToken(token: string): void {
  hasEnded = false;
  sessionStorage.setItem(KEY, token);
  for (const listener of listeners) listener();
}

/** `isRefused`: the server did not take the token any more, and the reader should be told so. */
export function forgetToken(isRefused: boolean): void {
  hasEnded = isRefused;
  sessionStorage.removeItem(KEY);
  for (const listener of listeners) listener();
}

/** Whether the access ended without the reader having asked for it. */
export function wasRefused(): boolean {
  return hasEnded;
}

export function onAccessChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
