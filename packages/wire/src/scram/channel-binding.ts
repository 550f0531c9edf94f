import { createHash } from "node:crypto";
import { WireError } from "../error.ts";

/** The mechanisms by their registered names; the second one also binds the exchange to the TLS connection. */
export type ScramMechanism = "SCRAM-SHA-256" | "SCRAM-SHA-256-PLUS";

/** The only kind of binding that PostgreSQL knows; it also works across TLS 1.3, where tls-unique does not exist. */
export const boundHeader = "p=tls-server-end-point,,";

type HashName = "sha224" | "sha256" | "sha384" | "sha512";

/** Object identifiers of signatures, in hexadecimal DER. MD5 and SHA-1 count as SHA-256: section 4.1 of RFC 5929. */
const signatureHashes: Readonly<Record<string, HashName>> = {
  "2a864886f70d010104": "sha256", // md5WithRSAEncryption
  "2a864886f70d010105": "sha256", // sha1WithRSAEncryption
  "2a864886f70d01010b": "sha256",
  "2a864886f70d01010c": "sha384",
  "2a864886f70d01010d": "sha512",
  "2a864886f70d01010e": "sha224",
  "2a8648ce3d0401": "sha256", // ecdsa-with-SHA1
  "2a8648ce3d040301": "sha224",
  "2a8648ce3d040302": "sha256",
  "2a8648ce3d040303": "sha384",
  "2a8648ce3d040304": "sha512",
};

/** RSASSA-PSS names its hash in a parameter, and means SHA-1 when it does not. */
const rsaPss = "2a864886f70d01010a";
const pssHashes: Readonly<Record<string, HashName>> = {
  "608648016503040201": "sha256",
  "608648016503040202": "sha384",
  "608648016503040203": "sha512",
  "608648016503040204": "sha224",
};

/**
 * What binds an exchange to the server's certificate (`tls-server-end-point`): its DER bytes, hashed as the
 * certificate itself was hashed to be signed. Undefined when that names no hash, as with Ed25519; then there is no
 * such binding, and a server does not offer it.
 *
 * @throws WireError SCRAM_CHANNEL_BINDING when the bytes are no certificate
 */
export function tlsServerEndPoint(certificate: Buffer): Buffer | undefined {
  const whole = element(certificate, 0);
  const signed = element(certificate, whole.from);
  const algorithm = element(certificate, signed.to);
  const identifier = element(certificate, algorithm.from);
  const name = certificate.toString("hex", identifier.from, identifier.to);
  const hash = name === rsaPss ? pssHash(certificate, identifier.to, algorithm.to) : signatureHashes[name];
  return hash === undefined ? undefined : createHash(hash).update(certificate).digest();
}

/** RSASSA-PSS-params of RFC 4055: a sequence whose first element, tagged [0], holds the identifier of the hash. */
function pssHash(certificate: Buffer, at: number, end: number): HashName | undefined {
  if (at >= end) return "sha256";
  const parameters = element(certificate, at);
  if (certificate[parameters.from] !== 0xa0 || parameters.from === parameters.to) return "sha256";
  const tagged = element(certificate, parameters.from);
  const identifier = element(certificate, element(certificate, tagged.from).from);
  return pssHashes[certificate.toString("hex", identifier.from, identifier.to)];
}

/** Where the content of the DER element at `at` begins and ends. */
function element(der: Buffer, at: number): { readonly from: number; readonly to: number } {
  const first = der[at + 1] ?? 0x80;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const from = at + 2 + lengthBytes;
  if (first === 0x80 || lengthBytes > 4 || from > der.length) throw noCertificate();
  const to = from + (lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes));
  if (to > der.length) throw noCertificate();
  return { from, to };
}

function noCertificate(): WireError {
  return new WireError("SCRAM_CHANNEL_BINDING", "The certificate to bind to cannot be read.");
}
