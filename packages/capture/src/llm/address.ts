import type { ProviderKind } from "./provider.ts";

/** Where a request leads: `/<token>/<provider>/<path of the provider>`. */
export interface ModelAddress {
  /** As the client wrote it, beginning with a slash: it goes on untouched. */
  readonly pathAndQuery: string;
  /** Without the query, decoded, for looking at. */
  readonly path: string;
  readonly provider: ProviderKind;
  readonly token: string;
}

const FORM = /^\/([A-Za-z0-9_-]{20,128})\/(anthropic|openai|gemini)(\/[^?#]*)(\?[^#]*)?$/;

/**
 * Undefined for any other. A path with dots, empty parts or encoded slashes in it could be another one to the provider than
 * to whoever decides here, so it leads nowhere.
 */
export function parseModelAddress(url: string): ModelAddress | undefined {
  const [, token, provider, path, query = ""] = FORM.exec(url) ?? [];
  if (token === undefined || provider === undefined || path === undefined) return undefined;
  const decoded = decodedPath(path);
  if (decoded === undefined) return undefined;
  return { path: decoded, pathAndQuery: path + query, provider: provider as ProviderKind, token };
}

function decodedPath(path: string): string | undefined {
  if (/%(2f|5c|00|25)/i.test(path) || path.includes("\\")) return undefined;
  try {
    const decoded = decodeURIComponent(path);
    const parts = decoded.split("/").slice(1);
    const isPlain = parts.every(
      (part, at) => part !== "." && part !== ".." && (part !== "" || at === parts.length - 1),
    );
    return isPlain ? decoded : undefined;
  } catch {
    return undefined;
  }
}
