import { decodeBase64, isSameBytes } from "../base64.ts";
import { SignatureError } from "../error.ts";
import { importSshKey, type SshPublicKey } from "./ssh-public-key.ts";
import { SshReader, sshString } from "./ssh-reader.ts";

const MAGIC = new TextEncoder().encode("SSHSIG");
/** `ssh-keygen -Y sign` hashes with SHA-512, unless told otherwise. */
const HASHES: Readonly<Record<string, string>> = { sha256: "SHA-256", sha512: "SHA-512" };

/** What a signature has to be of. */
export interface ExpectedSshSignature {
  /** The key's bytes in base64, as they stand in a .pub file. */
  readonly publicKey: string;
  readonly namespace: string;
  readonly message: string;
}

/**
 * Checks what `ssh-keygen -Y sign` has made, as the file PROTOCOL.sshsig of OpenSSH says it.
 *
 * @throws SignatureError
 */
export async function verifySshSignature(armored: string, expected: ExpectedSshSignature): Promise<void> {
  const signature = parse(dearmor(armored));
  const enrolled = decodeBase64(expected.publicKey);
  if (!isSameBytes(signature.publicKey, enrolled))
    throw new SignatureError("SIGNATURE_WRONG", "another key has made this signature");
  if (signature.namespace !== expected.namespace)
    throw new SignatureError(
      "CHALLENGE_WRONG",
      `it was made for ${JSON.stringify(signature.namespace)}, not for ${expected.namespace}`,
    );
  const key = await importSshKey(enrolled);
  const message = new TextEncoder().encode(expected.message);
  if (!(await isMade(key, signature.signature, await signedBytes(signature, message))))
    throw new SignatureError("CHALLENGE_WRONG", "something else was signed than what is answered");
}

interface SshSignature {
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly namespace: string;
  readonly reserved: Uint8Array<ArrayBuffer>;
  readonly hash: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

function dearmor(armored: string): Uint8Array<ArrayBuffer> {
  const [, body] =
    /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]{1,20000})-----END SSH SIGNATURE-----\n?$/.exec(
      armored.replaceAll("\r\n", "\n"),
    ) ?? [];
  if (body === undefined)
    throw new SignatureError("SIGNATURE_MALFORMED", "it is no signature of ssh-keygen -Y sign");
  return decodeBase64(body.replaceAll("\n", ""));
}

function parse(bytes: Uint8Array<ArrayBuffer>): SshSignature {
  const reader = new SshReader(bytes);
  if (!isSameBytes(reader.take(MAGIC.length), MAGIC) || reader.uint32() !== 1)
    throw new SignatureError("SIGNATURE_MALFORMED", "it is no signature of version 1");
  const publicKey = reader.string();
  const namespace = reader.text();
  const reserved = reader.string();
  const hash = reader.text();
  const signature = reader.string();
  reader.end();
  return { hash, namespace, publicKey, reserved, signature };
}

async function signedBytes(
  { hash, namespace, reserved }: SshSignature,
  message: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = Object.hasOwn(HASHES, hash) ? HASHES[hash] : undefined;
  if (algorithm === undefined)
    throw new SignatureError("SIGNATURE_MALFORMED", `the hash ${JSON.stringify(hash)} is not taken`);
  const digest = new Uint8Array(await crypto.subtle.digest(algorithm, message));
  const texts = [new TextEncoder().encode(namespace), reserved, new TextEncoder().encode(hash), digest];
  return new Uint8Array([...MAGIC, ...texts.flatMap((text) => [...sshString(text)])]);
}

async function isMade(
  { key, parameters, signatureType, width }: SshPublicKey,
  blob: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const reader = new SshReader(blob);
  const type = reader.text();
  const raw = reader.string();
  reader.end();
  if (type !== signatureType)
    throw new SignatureError(
      "SIGNATURE_MALFORMED",
      `a signature of the type ${JSON.stringify(type)} is not taken`,
    );
  return crypto.subtle.verify(parameters, key, width === undefined ? raw : pairOf(raw, width), message);
}

/** RFC 5656, section 3.1.2: two integers, as Web Crypto wants them. */
function pairOf(raw: Uint8Array<ArrayBuffer>, width: number): Uint8Array<ArrayBuffer> {
  const reader = new SshReader(raw);
  const halves = [reader.mpint(), reader.mpint()];
  reader.end();
  const joined = new Uint8Array(2 * width);
  for (const [at, half] of halves.entries()) {
    if (half.length > width) throw new SignatureError("SIGNATURE_MALFORMED", "an integer is too long");
    joined.set(half, (at + 1) * width - half.length);
  }
  return joined;
}
