import type { SecretPlace } from "./secret-place.ts";

/** One place where a master key can be kept, as a configuration says it: exactly one member is there. */
export interface KeyPlace {
  /** A file of 64 hexadecimal digits. */
  readonly file?: string | undefined;
  /** The name of an environment variable with 64 hexadecimal digits. */
  readonly env?: string | undefined;
  readonly age?: { readonly identity: string } | undefined;
  readonly vault?: VaultPlace | undefined;
  readonly kms?: KmsPlace | undefined;
}

export interface VaultPlace {
  readonly address: string;
  /** Default: `transit`. */
  readonly mount?: string | undefined;
  readonly key: string;
  readonly token: SecretPlace;
  readonly namespace?: string | undefined;
}

export interface KmsPlace {
  readonly key: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
  /** Default: AWS_ACCESS_KEY_ID, with the two below. */
  readonly accessKeyId?: SecretPlace | undefined;
  readonly secretAccessKey?: SecretPlace | undefined;
  readonly sessionToken?: SecretPlace | undefined;
}

/** Where a ledger's master key is kept, and where it may have been kept before. */
export interface KeyPlaces extends KeyPlace {
  readonly previous?: readonly KeyPlace[] | undefined;
}
