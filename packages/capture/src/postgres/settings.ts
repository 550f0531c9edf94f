/** What the server told about its settings (ParameterStatus), as far as it decides how statements are read. */
export class ServerSettings {
  readonly #values = new Map<string, string>();

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** With it off, a backslash in a plain string is an escape, and our parser would see other strings than the server. */
  get hasStandardStrings(): boolean {
    return this.#values.get("standard_conforming_strings") !== "off";
  }

  get clientEncoding(): string {
    return this.#values.get("client_encoding") ?? "UTF8";
  }
}

/**
 * Encodings in which a byte of a longer character can be a quote, a backslash or another ASCII character
 * (https://www.postgresql.org/docs/current/multibyte.html, "client-side only" and JOHAB). Read byte by byte, such a
 * text has other ends of strings than the server sees.
 */
const UNSAFE_ENCODINGS = new Set(["BIG5", "GBK", "GB18030", "JOHAB", "SJIS", "SHIFT_JIS_2004", "UHC"]);

export function isUnsafeEncoding(encoding: string): boolean {
  return UNSAFE_ENCODINGS.has(encoding.toUpperCase());
}
