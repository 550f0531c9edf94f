import { keepSession } from "../api/access.ts";
import { ApiProblem } from "../api/problem.ts";
import { reachJson } from "../api/request.ts";

/**
 * One half of what finishes a sign-in at a provider; the other is a cookie. It lies here, and not in a cookie, because this
 * belongs to this tab and this origin with its port.
 */
const KEY = "custody-sso-key";
/** Where on the page somebody was. */
const PLACE = "custody-sso-place";

/** Goes to the provider. Resolves when this page is about to end. */
export async function leaveForProvider(): Promise<void> {
  const { key, url } = await reachJson<{ readonly key: string; readonly url: string }>(
    "/api/sign-in/oidc/start",
    {},
  );
  sessionStorage.setItem(KEY, key);
  sessionStorage.setItem(PLACE, location.pathname + location.search);
  location.assign(url);
}

/**
 * Signs in with what the provider sent along, once, and goes back to where somebody was. Whoever is turned away for want of
 * room has used nothing up, and may come again.
 */
export async function comeBackFromProvider(answer: string): Promise<void> {
  const key = sessionStorage.getItem(KEY) ?? "";
  const place = sessionStorage.getItem(PLACE) ?? "/";
  const session = await reachJson<{ readonly key: string }>("/api/sign-in/oidc", { answer, key }).catch(
    (error: unknown) => {
      if (!isTurnedAway(error)) forget();
      throw error;
    },
  );
  forget();
  // It is of this origin whatever stands there, or it fails.
  history.replaceState(history.state, "", place);
  keepSession(session.key);
}

function forget(): void {
  sessionStorage.removeItem(KEY);
  sessionStorage.removeItem(PLACE);
}

function isTurnedAway(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === "too-many-attempts";
}
