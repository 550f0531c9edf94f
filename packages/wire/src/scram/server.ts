import { WireError } from "../error.ts";
import { decodeBase64, isNonce, malformed, parseAttributes, readScramText } from "./attributes.ts";
import { boundHeader, type ScramMechanism } from "./channel-binding.ts";
import { hmac, isSameSecret, keyBytes, sha256, xor } from "./keys.ts";
import type { ScramVerifier } from "./verifier.ts";

export type ScramServerOptions = {
  /** For a user that does not exist, one made from a random password: else the answer tells who exists. */
  readonly verifier: ScramVerifier;
  /** Random for every exchange: printable ASCII without commas. 18 random bytes in base64 are usual. */
  readonly nonce: string;
  /** What binds to this connection, see `tlsServerEndPoint`; given exactly when SCRAM-SHA-256-PLUS was in the offer. */
  readonly channelBinding?: Buffer;
};

/**
 * The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), as PostgreSQL does it: the user name in the messages is
 * ignored, since the StartupMessage has named the user, and authorization identities are refused.
 *
 *     receiveClientFirst ──▶ first ──▶ receiveClientFinal ──▶ final: the client is who it says
 *
 * A WireError at any step ends the attempt. What the client is told must not depend on the code.
 */
export type ScramServer = {
  /** `mechanism`: the one of those offered that the client has chosen, by default the one without binding. */
  receiveClientFirst(bytes: Buffer, mechanism?: ScramMechanism): ScramServerFirst;
};

export type ScramServerFirst = {
  /** The server-first-message. */
  readonly first: Buffer;
  /** Returns only if the client has proved that it knows the secret. */
  receiveClientFinal(bytes: Buffer): ScramServerFinal;
};

export type ScramServerFinal = {
  /** The server-final-message. */
  readonly final: Buffer;
};

export function startScramServer(options: ScramServerOptions): ScramServer {
  if (!isNonce(options.nonce)) throw malformed("would have a nonce with forbidden characters");
  return {
    receiveClientFirst: (bytes, mechanism = "SCRAM-SHA-256") =>
      answerClientFirst(options, mechanism, readScramText(bytes)),
  };
}

function answerClientFirst(
  options: ScramServerOptions,
  mechanism: ScramMechanism,
  clientFirst: string,
): ScramServerFirst {
  const { bound, bare } = splitClientFirst(clientFirst, mechanism, options.channelBinding);
  const { r: clientNonce = "" } = parseAttributes(bare, ["n", "r"]);
  if (!isNonce(clientNonce)) throw malformed("has a nonce with forbidden characters");
  const nonce = clientNonce + options.nonce;
  const { salt, iterations } = options.verifier;
  const first = `r=${nonce},s=${salt.toString("base64")},i=${iterations}`;
  return {
    first: Buffer.from(first, "utf8"),
    receiveClientFinal: (bytes) => {
      const final = splitClientFinal(readScramText(bytes));
      requireSameExchange(final.withoutProof, bound, nonce);
      return signIn(options.verifier, `${bare},${first},${final.withoutProof}`, final.proof);
    },
  };
}

/**
 * Splits "n,,n=…,r=…" behind its second comma, and says what the client must repeat in its last message.
 *
 * The flag "y" says that the client could bind to the channel but saw no offer of it; if there was one, somebody in
 * between has removed it.
 */
function splitClientFirst(
  text: string,
  mechanism: ScramMechanism,
  binding: Buffer | undefined,
): { bound: Buffer; bare: string } {
  if (mechanism === "SCRAM-SHA-256-PLUS") {
    if (binding === undefined || !text.startsWith(boundHeader))
      throw new WireError("SCRAM_CHANNEL_BINDING", "The client binds to nothing, or in an unknown way.");
    return {
      bound: Buffer.concat([Buffer.from(boundHeader), binding]),
      bare: text.slice(boundHeader.length),
    };
  }
  const [flag = "", identity] = text.split(",", 2);
  if (flag.startsWith("p=") || (flag === "y" && binding !== undefined)) {
    throw new WireError(
      "SCRAM_CHANNEL_BINDING",
      "The client demands channel binding, or misses the offer of it.",
    );
  }
  if ((flag !== "n" && flag !== "y") || identity !== "") {
    throw malformed("does not begin with a flag and an empty authorization identity");
  }
  return { bound: Buffer.from(`${flag},,`), bare: text.slice(flag.length + 2) };
}

/** The proof is the last attribute, and everything before it is what is signed. */
function splitClientFinal(text: string): { withoutProof: string; proof: Buffer } {
  const at = text.lastIndexOf(",p=");
  if (at === -1) throw malformed("has no proof at its end");
  return { withoutProof: text.slice(0, at), proof: decodeBase64(text.slice(at + 3)) };
}

function requireSameExchange(withoutProof: string, bound: Buffer, nonce: string): void {
  const { c = "", r } = parseAttributes(withoutProof, ["c", "r"]);
  if (!decodeBase64(c).equals(bound)) {
    throw new WireError("SCRAM_CHANNEL_BINDING", "The client is bound to another channel than this one.");
  }
  if (r !== nonce) throw new WireError("SCRAM_NONCE_MISMATCH", "The client did not repeat the nonce.");
}

/** The proof is the client key, hidden by a signature that only the holder of the stored key can take off again. */
function signIn(verifier: ScramVerifier, authMessage: string, proof: Buffer): ScramServerFinal {
  if (proof.length !== keyBytes) throw malformed("has a proof of another length than SHA-256");
  const clientKey = xor(proof, hmac(verifier.storedKey, authMessage));
  if (!isSameSecret(sha256(clientKey), verifier.storedKey)) {
    throw new WireError("SCRAM_PROOF_INVALID", "The client did not prove that it knows the secret.");
  }
  return { final: Buffer.from(`v=${hmac(verifier.serverKey, authMessage).toString("base64")}`, "utf8") };
}
