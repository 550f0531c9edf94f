import { isAscii, isUtf8 } from "node:buffer";

/**
 * The text of these bytes, if we can be sure of it. ASCII means the same in every encoding that the gateway lets a
 * session choose; beyond it only UTF-8 and Latin-1 are read. SQL_ASCII names no encoding: valid UTF-8 is taken for
 * such.
 */
export function decodeText(bytes: Buffer, clientEncoding: string): string | undefined {
  if (isAscii(bytes)) return bytes.toString("latin1");
  switch (clientEncoding.toUpperCase().replace(/[^A-Z0-9]/g, "")) {
    case "UTF8":
    case "UNICODE":
    case "SQLASCII":
      return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
    case "LATIN1":
    case "ISO88591":
      return bytes.toString("latin1");
    default:
      return undefined;
  }
}
