/**
 * What lets this page in. A token of an operator's link lies in sessionStorage, and lives in this tab only. Of a person's
 * session the page has one half, the key, in localStorage, which belongs to this origin with its port; the other half is a
 * cookie that no script can read. Cookies go to every port of a host, an agent's own web server among them, so neither
 * half opens anything alone.
 */
const TOKEN = "custody-token";
const KEY = "custody-session";

const SESSION_HEADER = "x-custody-session";

type Listener = () => void;
const listeners = new Set<Listener>();
let hasEnded = false;

/** Changes with whoever is let in; null when nobody is. */
export function readAccess(): string | null {
  const token = sessionStorage.getItem(TOKEN);
  if (token !== null) return `token ${token}`;
  const key = localStorage.getItem(KEY);
  return key === null ? null : `session ${key}`;
}

/** What each request shows. */
export function accessHeaders(): Readonly<Record<string, string>> {
  const [kind, secret] = readAccess()?.split(" ") ?? [];
  if (secret === undefined) return {};
  return kind === "token" ? { authorization: `Bearer ${secret}` } : { [SESSION_HEADER]: secret };
}

export function keepToken(token: string): void {
  sessionStorage.setItem(TOKEN, token);
  changed(false);
}

export function keepSession(key: string): void {
  sessionStorage.removeItem(TOKEN);
  localStorage.setItem(KEY, key);
  changed(false);
}

/** `isRefused`: the server did not take it any more, and the reader should be told so. */
export function forgetAccess(isRefused: boolean): void {
  sessionStorage.removeItem(TOKEN);
  localStorage.removeItem(KEY);
  changed(isRefused);
}

/** Whether the access ended without the reader having asked for it. */
export function wasRefused(): boolean {
  return hasEnded;
}

/** Also called when another tab signs in or out. */
export function onAccessChange(listener: Listener): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

function changed(isRefused: boolean): void {
  hasEnded = isRefused;
  for (const listener of listeners) listener();
}
