/**
 * Seals the master key, so that what lies in the ledger's directory is of no use without whoever unseals it: an age
 * identity, Vault, a key management service. The one port behind which all of them stand. It is asked when a ledger is
 * opened and when its master key is rotated, never for a record.
 */
export interface KeySealer {
  /** For people and for records: `age age1…`, `vault transit/custody`. Never a secret. */
  readonly description: string;
  /** One line of printable ASCII. `context` names the ledger and is bound to it where the service can bind anything. */
  seal(key: Uint8Array, context: string): Promise<string>;
  /**
   * @throws LedgerError MASTER_KEY_UNAVAILABLE when it cannot be asked now, MASTER_KEY_WRONG when it refuses, and
   * MASTER_KEY_MALFORMED when the line is none of its own.
   */
  unseal(sealed: string, context: string): Promise<Buffer>;
}
