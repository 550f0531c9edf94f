import { keepToken } from "../api/access.ts";
import { problemOf } from "../api/problem.ts";
import { reach } from "../api/request.ts";
import { codeIn } from "./take-code.ts";

/** Exchanges a code for a token. Codes work once, so this is never tried again by itself. */
export async function signInWithCode(code: string): Promise<void> {
  const response = await reach("/api/sign-in", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  });
  if (!response.ok) throw await problemOf(response);
  const { token } = (await response.json()) as { token: string };
  keepToken(token);
}

/** Takes whatever somebody pasted: a link, a code, or a token. */
export async function signInWithPasted(pasted: string): Promise<void> {
  const text = pasted.trim();
  const linked = codeIn(text);
  if (linked !== undefined) return signInWithCode(linked);
  // A token opens the API by itself; what does not, may be a code.
  if (isHeaderValue(text) && (await isToken(text))) return keepToken(text);
  await signInWithCode(text);
}

async function isToken(text: string): Promise<boolean> {
  const response = await reach("/api/status", { headers: { authorization: `Bearer ${text}` } });
  return response.ok;
}

function isHeaderValue(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
