import type { ServerSettings } from "../process/settings.ts";

/** What a cookie's security depends on. */
export type CookiePlace = Pick<ServerSettings, "publicUrl" | "tls">;

/** Browsers take such a name over TLS only, from this host only, for every path of it. */
const SECURE_PREFIX = "__Host-";

/** The one that came by TLS, or else the plain one. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  return found(header, SECURE_PREFIX + name) ?? found(header, name);
}

function found(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(";") ?? []) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name && value !== undefined && value !== "") return value;
  }
  return undefined;
}

/** Whether the browser that asks came by TLS: to us, or to a proxy that speaks for `publicUrl`. */
function isSecure({ publicUrl, tls }: CookiePlace, host: string | undefined): boolean {
  if (tls !== undefined) return true;
  const url = publicUrl === undefined ? undefined : new URL(publicUrl);
  return url?.protocol === "https:" && url.host === host?.toLowerCase();
}

/** The header that gives a browser a cookie that no script can read; with 0 seconds, that takes it away. */
export function setCookie(
  place: CookiePlace,
  host: string | undefined,
  { name, seconds, value }: { readonly name: string; readonly seconds: number; readonly value: string },
): string {
  const isTls = isSecure(place, host);
  const head = `${isTls ? SECURE_PREFIX : ""}${name}=${value}`;
  return `${head}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${isTls ? "; Secure" : ""}`;
}
