import { SignatureError } from "../error.ts";

/** What the browser says of what it had signed. https://www.w3.org/TR/webauthn-3/#dictionary-client-data */
export interface ClientData {
  readonly type: string;
  /** base64url */
  readonly challenge: string;
  readonly origin: string;
  readonly isCrossOrigin: boolean;
}

/** @throws SignatureError SIGNATURE_MALFORMED */
export function parseClientData(bytes: Uint8Array): ClientData {
  const found = read(bytes);
  const { challenge, crossOrigin, origin, topOrigin, type } = found;
  if (typeof type !== "string" || typeof challenge !== "string" || typeof origin !== "string")
    throw new SignatureError("SIGNATURE_MALFORMED", "the browser's data says too little");
  return { challenge, isCrossOrigin: crossOrigin === true || topOrigin !== undefined, origin, type };
}

function read(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below, like everything else that is no object.
  }
  throw new SignatureError("SIGNATURE_MALFORMED", "the browser's data is no JSON object");
}
