import { isIP } from "node:net";
import type { ServerSettings } from "../process/settings.ts";

/** Where passkeys work, or why they do not. */
export type PasskeyPlace =
  | { readonly isAvailable: true; readonly origin: string; readonly rpId: string }
  | { readonly isAvailable: false; readonly why: string };

/**
 * Browsers make passkeys for a name, over TLS or on this machine itself (https://www.w3.org/TR/secure-contexts/). With a
 * `publicUrl` it is that name and nothing else; without, it is localhost, whatever address we listen on.
 *
 * `own` is our own address.
 */
export function passkeyPlace({ publicUrl }: Pick<ServerSettings, "publicUrl">, own: string): PasskeyPlace {
  const url = new URL(publicUrl ?? own);
  if (publicUrl === undefined) url.hostname = "localhost";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0)
    return { isAvailable: false, why: `passkeys need a name: publicUrl has the address ${host}` };
  if (url.protocol !== "https:" && host !== "localhost")
    return { isAvailable: false, why: "passkeys need TLS: give publicUrl an https:// address" };
  return { isAvailable: true, origin: url.origin, rpId: host };
}
