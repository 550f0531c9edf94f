import { decodeBase64, encodeBase64Url } from "../base64.ts";
import { SignatureError } from "../error.ts";
import { SshReader } from "./ssh-reader.ts";

/** Below this a modulus is within reach of who has much money; NIST SP 800-57 part 1, table 2. */
const RSA_BITS_MIN = 2048;
const RSA_BITS_MAX = 16384;

const CURVES = {
  nistp256: { hash: "SHA-256", namedCurve: "P-256", width: 32 },
  nistp384: { hash: "SHA-384", namedCurve: "P-384", width: 48 },
  nistp521: { hash: "SHA-512", namedCurve: "P-521", width: 66 },
} as const;

type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** A public key, ready for Web Crypto, with the names of the signatures that it may make. */
export interface SshPublicKey {
  readonly type: string;
  readonly signatureType: string;
  readonly key: CryptoKey;
  readonly parameters: { readonly name: string; readonly hash?: string };
  /** Of each half of an ECDSA signature, in bytes. */
  readonly width?: number;
}

/** A line of a file like id_ed25519.pub: type, key in base64, comment. @throws SignatureError */
export function parseAuthorizedKey(line: string): { readonly blob: string; readonly comment: string } {
  const [type, blob, ...comment] = line.trim().split(/\s+/);
  if (type === undefined || blob === undefined || /[\r\n]/.test(line.trim()))
    throw new SignatureError(
      "KEY_UNSUPPORTED",
      "it is no public key of SSH: give the one line of a .pub file",
    );
  if (new SshReader(decodeBase64(blob)).text() !== type)
    throw new SignatureError("KEY_UNSUPPORTED", `it says that it is ${type}, and is another kind of key`);
  return { blob, comment: comment.join(" ") };
}

/** RFC 4253, section 6.6; RFC 5656, section 3.1; RFC 8709, section 4. @throws SignatureError */
export async function importSshKey(blob: Uint8Array<ArrayBuffer>): Promise<SshPublicKey> {
  const reader = new SshReader(blob);
  const type = reader.text();
  if (type === "ssh-ed25519") return ed25519(reader, type);
  if (type === "ssh-rsa") return rsa(reader, type);
  if (type.startsWith("ecdsa-sha2-")) return ecdsa(reader, type);
  throw new SignatureError("KEY_UNSUPPORTED", `keys of the type ${JSON.stringify(type)} are not taken`);
}

async function ed25519(reader: SshReader, type: string): Promise<SshPublicKey> {
  const point = reader.string();
  reader.end();
  const parameters = { name: "Ed25519" } as const;
  const key = await imported(() => crypto.subtle.importKey("raw", point, parameters, false, ["verify"]));
  return { key, parameters, signatureType: type, type };
}

async function ecdsa(reader: SshReader, type: string): Promise<SshPublicKey> {
  const name = reader.text();
  const curve = Object.hasOwn(CURVES, name) ? CURVES[name as keyof typeof CURVES] : undefined;
  if (curve === undefined || type !== `ecdsa-sha2-${name}`)
    throw new SignatureError("KEY_UNSUPPORTED", `the curve ${JSON.stringify(name)} is not taken`);
  const point = reader.string();
  reader.end();
  const { hash, namedCurve, width } = curve;
  const parameters = { hash, name: "ECDSA", namedCurve };
  const key = await imported(() => crypto.subtle.importKey("raw", point, parameters, false, ["verify"]));
  return { key, parameters, signatureType: type, type, width };
}

/** Only with SHA-512: what the type of the key says of SHA-1 is of the past. RFC 8332. */
async function rsa(reader: SshReader, type: string): Promise<SshPublicKey> {
  const exponent = reader.mpint();
  const modulus = reader.mpint();
  reader.end();
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX)
    throw new SignatureError(
      "KEY_UNSUPPORTED",
      `an RSA key needs ${RSA_BITS_MIN} bits or more; it has ${bits}`,
    );
  const parameters = { hash: "SHA-512", name: "RSASSA-PKCS1-v1_5" } as const;
  const jwk = { e: encodeBase64Url(exponent), kty: "RSA", n: encodeBase64Url(modulus) };
  const key = await imported(() => crypto.subtle.importKey("jwk", jwk, parameters, false, ["verify"]));
  return { key, parameters, signatureType: "rsa-sha2-512", type };
}

async function imported(importKey: () => Promise<CryptoKey>): Promise<CryptoKey> {
  try {
    return await importKey();
  } catch (cause) {
    throw new SignatureError("KEY_UNSUPPORTED", "it is no public key", { cause });
  }
}
