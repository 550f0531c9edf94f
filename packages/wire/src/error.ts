/**
 * What can be wrong with bytes from a wire. The code is the contract; the message is for people.
 *
 * - `MESSAGE_MALFORMED`: the body breaks the format of its message: trailing bytes, a value outside its range.
 * - `MESSAGE_TRUNCATED`: a field, a length or a count points past the end of its message.
 * - `MESSAGE_TOO_LONG`: a message that must be held in memory is longer than the configured limit.
 * - `MESSAGE_UNKNOWN`: a type byte or an authentication code that this direction does not have.
 * - `LENGTH_INVALID`: a length word that no message can have; the stream can no longer be trusted.
 * - `SCANNER_STOPPED`: a scanner was used again after it had failed, or from inside its own visitor.
 * - `STARTUP_UNSUPPORTED`: a startup packet of another protocol version, or an unknown request code.
 * - `ENCRYPTION_ANSWER_INVALID`: an SSLRequest or GSSENCRequest was answered by something else than its byte.
 * - `ENCRYPTION_BYTES_INJECTED`: plain bytes came with the answer to such a request, where only a handshake may
 *   follow.
 * - `TEXT_UNENCODABLE`: a string given to an encoder has no form on the wire, such as one that contains a NUL.
 * - `SCRAM_MALFORMED`: a SCRAM message breaks the grammar of RFC 5802.
 * - `SCRAM_EXTENSION_UNSUPPORTED`: the peer demands a mandatory extension, of which none is defined.
 * - `SCRAM_CHANNEL_BINDING`: the channel binding of the peer is unsupported, or differs from what was negotiated.
 * - `SCRAM_NONCE_MISMATCH`: the peer did not continue this exchange's nonce.
 * - `SCRAM_ITERATIONS_REFUSED`: the iteration count is zero, or so high that it would burn our processor.
 * - `SCRAM_PROOF_INVALID`: the client does not know the secret.
 * - `SCRAM_SERVER_REFUSED`: the server answered with an error of its own.
 * - `SCRAM_SERVER_SIGNATURE_INVALID`: the server does not know the secret: it is not the server it claims to be.
 */
export type WireErrorCode =
  | "MESSAGE_MALFORMED"
  | "MESSAGE_TRUNCATED"
  | "MESSAGE_TOO_LONG"
  | "MESSAGE_UNKNOWN"
  | "LENGTH_INVALID"
  | "SCANNER_STOPPED"
  | "STARTUP_UNSUPPORTED"
  | "ENCRYPTION_ANSWER_INVALID"
  | "ENCRYPTION_BYTES_INJECTED"
  | "TEXT_UNENCODABLE"
  | "SCRAM_MALFORMED"
  | "SCRAM_EXTENSION_UNSUPPORTED"
  | "SCRAM_CHANNEL_BINDING"
  | "SCRAM_NONCE_MISMATCH"
  | "SCRAM_ITERATIONS_REFUSED"
  | "SCRAM_PROOF_INVALID"
  | "SCRAM_SERVER_REFUSED"
  | "SCRAM_SERVER_SIGNATURE_INVALID";

/**
 * The one error of this package. Whoever gets it from a live connection closes that connection: once bytes were
 * misread, every later byte is a guess.
 *
 * `offset` counts from the start of the body for a decoder, and from the start of the stream for a scanner.
 * Messages never quote the bytes, which may be secrets.
 */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: WireErrorCode;
  readonly offset: number | undefined;

  constructor(code: WireErrorCode, message: string, options: { offset?: number; cause?: unknown } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.offset = options.offset;
  }
}
