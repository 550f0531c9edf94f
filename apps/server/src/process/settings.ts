import type { OutsideSettings } from "../outside/settings.ts";
import type { OidcSettings } from "../sso/settings.ts";

/** All that the server's process is told. It goes through a pipe: secrets stay out of arguments and environment. */
export interface ServerSettings {
  /** The data directory. */
  readonly directory: string;
  readonly host: string;
  /** 0 takes a free one; after a restart it is the one that was taken. */
  readonly port: number;
  /** The local token: whoever shows it may do everything. */
  readonly token: string;
  readonly version: string;
  /** Where people reach it, when that is another address than the one that it listens on. */
  readonly publicUrl?: string;
  /** PEM texts. Without them it speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The folder with the built page. */
  readonly page?: string;
  /** Which places outside this machine get checkpoints; none unless given. */
  readonly outside?: OutsideSettings;
  /** At which provider people sign in; at none unless given. It needs `publicUrl`. */
  readonly oidc?: OidcSettings;
  /** A file in PEM with authorities that are trusted besides those that Node.js knows, where places are reached in TLS. */
  readonly authorities?: string;
}
