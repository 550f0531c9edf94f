import { WireError } from "../error.ts";
import { decodeBase64, isNonce, malformed, parseAttributes, readScramText } from "./attributes.ts";
import { boundHeader } from "./channel-binding.ts";
import { hmac, isSameSecret, keysOf, xor } from "./keys.ts";
import { requireIterations, type SaltedPasswordInput, saltPassword } from "./salted-password.ts";

export type ScramClientOptions = {
  readonly password: string;
  /** Random for every exchange: printable ASCII without commas. 18 random bytes in base64 are usual. */
  readonly nonce: string;
  /** PostgreSQL takes the user from the StartupMessage and ignores this one, which its clients leave empty. */
  readonly user?: string;
  /**
   * For SCRAM-SHA-256-PLUS: see `tlsServerEndPoint`. `"not-offered"`: we could bind, but the server did not offer it;
   * a server that did will notice that somebody took the offer away. Without it, we cannot bind.
   */
  readonly channelBinding?: Buffer | "not-offered";
  /**
   * Computes SaltedPassword; to be replaced by one that remembers, since it costs milliseconds and seldom changes.
   */
  readonly saltPassword?: (input: SaltedPasswordInput) => Promise<Buffer>;
};

/**
 * The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677). Each step gives the bytes to send and the only step
 * that can follow it:
 *
 *     first ──▶ receiveServerFirst ──▶ final ──▶ receiveServerFinal ──▶ signed in
 *
 * A WireError at any step ends the attempt.
 */
export type ScramClient = {
  /** The client-first-message. */
  readonly first: Buffer;
  receiveServerFirst(bytes: Buffer): Promise<ScramClientFinal>;
};

export type ScramClientFinal = {
  /** The client-final-message. */
  readonly final: Buffer;
  /**
   * Returns only if the server has proved that it knows the secret too. An exchange without this call proves
   * nothing.
   */
  receiveServerFinal(bytes: Buffer): void;
};

export function startScramClient(options: ScramClientOptions): ScramClient {
  if (!isNonce(options.nonce)) throw malformed("would have a nonce with forbidden characters");
  const { header, bound } = bindingOf(options);
  const firstBare = `n=${escapeName(options.user ?? "")},r=${options.nonce}`;
  return {
    first: Buffer.from(header + firstBare, "utf8"),
    receiveServerFirst: async (bytes) => answerServerFirst(options, firstBare, bound, readScramText(bytes)),
  };
}

/** The header that says whether we bind, and what the "c=" of the last message repeats: the header and the binding. */
function bindingOf({ channelBinding }: ScramClientOptions): { header: string; bound: Buffer } {
  if (channelBinding === undefined) return { header: "n,,", bound: Buffer.from("n,,") };
  if (channelBinding === "not-offered") return { header: "y,,", bound: Buffer.from("y,,") };
  return { header: boundHeader, bound: Buffer.concat([Buffer.from(boundHeader), channelBinding]) };
}

async function answerServerFirst(
  options: ScramClientOptions,
  firstBare: string,
  bound: Buffer,
  serverFirst: string,
): Promise<ScramClientFinal> {
  const { nonce, salt, iterations } = parseServerFirst(serverFirst, options.nonce);
  const saltedPassword = await (options.saltPassword ?? saltPassword)({
    password: options.password,
    salt,
    iterations,
  });
  const { clientKey, storedKey, serverKey } = keysOf(saltedPassword);
  const withoutProof = `c=${bound.toString("base64")},r=${nonce}`;
  const authMessage = `${firstBare},${serverFirst},${withoutProof}`;
  const proof = xor(clientKey, hmac(storedKey, authMessage)).toString("base64");
  return {
    final: Buffer.from(`${withoutProof},p=${proof}`, "utf8"),
    receiveServerFinal: (bytes) => verifyServerFinal(readScramText(bytes), hmac(serverKey, authMessage)),
  };
}

/**
 * "r=" our nonce and the server's, "s=" salt, "i=" iterations. All of it is in the hands of a possibly hostile
 * server.
 */
function parseServerFirst(
  text: string,
  ourNonce: string,
): { nonce: string; salt: Buffer; iterations: number } {
  const { r: nonce = "", s = "", i = "" } = parseAttributes(text, ["r", "s", "i"]);
  if (!isNonce(nonce)) throw malformed("has a nonce with forbidden characters");
  if (!nonce.startsWith(ourNonce) || nonce.length === ourNonce.length) {
    throw new WireError("SCRAM_NONCE_MISMATCH", "The server did not add to our nonce.");
  }
  const salt = decodeBase64(s);
  if (salt.length === 0) throw malformed("has an empty salt");
  if (!/^[1-9][0-9]*$/.test(i)) throw malformed("has an iteration count that is no number");
  requireIterations(Number(i));
  return { nonce, salt, iterations: Number(i) };
}

function verifyServerFinal(text: string, expected: Buffer): void {
  if (text.startsWith("e=")) {
    throw new WireError("SCRAM_SERVER_REFUSED", "The server refused the SCRAM exchange.");
  }
  const { v = "" } = parseAttributes(text, ["v"]);
  if (!isSameSecret(decodeBase64(v), expected)) {
    throw new WireError(
      "SCRAM_SERVER_SIGNATURE_INVALID",
      "The server did not prove that it knows the secret.",
    );
  }
}

function escapeName(name: string): string {
  return name.replaceAll("=", "=3D").replaceAll(",", "=2C");
}
