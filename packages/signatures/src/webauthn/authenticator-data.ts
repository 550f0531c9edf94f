import { SignatureError } from "../error.ts";

/** https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data */
export interface AuthenticatorData {
  /** SHA-256 of the name that the key is for. */
  readonly rpIdHash: Uint8Array;
  readonly isUserPresent: boolean;
  readonly isUserVerified: boolean;
  /** The key may leave the authenticator, as a copy. */
  readonly isBackupEligible: boolean;
  /** It has. */
  readonly isBackedUp: boolean;
  /** 0 where the authenticator does not count. */
  readonly counter: number;
}

const HEAD_BYTES = 37;

/** @throws SignatureError SIGNATURE_MALFORMED */
export function parseAuthenticatorData(bytes: Uint8Array): AuthenticatorData {
  if (bytes.length < HEAD_BYTES)
    throw new SignatureError("SIGNATURE_MALFORMED", "the authenticator's data is too short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(32);
  const isBackupEligible = (flags & 0x08) !== 0;
  const isBackedUp = (flags & 0x10) !== 0;
  if (isBackedUp && !isBackupEligible)
    throw new SignatureError("SIGNATURE_MALFORMED", "a key that cannot be copied says that it was");
  return {
    counter: view.getUint32(33),
    isBackedUp,
    isBackupEligible,
    isUserPresent: (flags & 0x01) !== 0,
    isUserVerified: (flags & 0x04) !== 0,
    rpIdHash: bytes.slice(0, 32),
  };
}
