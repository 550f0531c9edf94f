import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type { Assertion } from "@custody/signatures";

/** What a test can make it say. */
export interface AssertionOptions {
  readonly challenge: Uint8Array;
  readonly origin: string;
  readonly rpId: string;
  /** Present, verified, may be copied, was copied: 0x01, 0x04, 0x08, 0x10. */
  readonly flags?: number;
  readonly counter?: number;
  readonly type?: string;
  readonly crossOrigin?: boolean;
}

/** A passkey in memory, which makes what an authenticator makes: for tests. */
export class SoftwareAuthenticator {
  readonly credential: string = randomBytes(32).toString("base64url");
  readonly algorithm = "ES256" as const;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
  }

  /** SubjectPublicKeyInfo in base64. */
  get publicKey(): string {
    return this.#publicKey.export({ format: "der", type: "spki" }).toString("base64");
  }

  /** What `navigator.credentials.get` resolves to. */
  assert(options: AssertionOptions): Assertion {
    const { challenge, counter = 0, crossOrigin = false, flags = 0x05, origin, rpId } = options;
    const clientData = clientDataOf({ challenge, crossOrigin, origin, type: options.type ?? "webauthn.get" });
    const data = authenticatorData(rpId, flags, counter);
    const message = Buffer.concat([data, createHash("sha256").update(clientData).digest()]);
    return {
      authenticatorData: data.toString("base64url"),
      clientDataJSON: clientData.toString("base64url"),
      credential: this.credential,
      signature: sign("sha256", message, this.#privateKey).toString("base64url"),
    };
  }

  /** What `navigator.credentials.create` resolves to, as its `toJSON` says it; without an attestation. */
  enrol({ challenge, counter = 0, flags = 0x05, origin, rpId }: AssertionOptions): EnrolmentResponse {
    const { x = "", y = "" } = this.#publicKey.export({ format: "jwk" });
    const id = Buffer.from(this.credential, "base64url");
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    // COSE_Key (RFC 9052, section 7): 1: EC2, 3: ES256, -1: P-256, -2: x, -3: y.
    const key = Buffer.concat([
      Buffer.from("a5010203262001215820", "hex"),
      Buffer.from(x, "base64url"),
      Buffer.from("225820", "hex"),
      Buffer.from(y, "base64url"),
    ]);
    const data = Buffer.concat([
      authenticatorData(rpId, flags | 0x40, counter),
      Buffer.alloc(16),
      length,
      id,
      key,
    ]);
    const head = Buffer.from("a363666d74646e6f6e656761747453746d74a068617574684461746158", "hex");
    const attestation = Buffer.concat([head, Buffer.from([data.length]), data]);
    const clientData = clientDataOf({ challenge, crossOrigin: false, origin, type: "webauthn.create" });
    return {
      clientExtensionResults: {},
      id: this.credential,
      rawId: this.credential,
      response: {
        attestationObject: attestation.toString("base64url"),
        clientDataJSON: clientData.toString("base64url"),
        transports: ["internal"],
      },
      type: "public-key",
    };
  }
}

export interface EnrolmentResponse {
  readonly id: string;
  readonly rawId: string;
  readonly type: "public-key";
  readonly clientExtensionResults: object;
  readonly response: {
    readonly attestationObject: string;
    readonly clientDataJSON: string;
    readonly transports: readonly string[];
  };
}

function clientDataOf(facts: {
  readonly type: string;
  readonly challenge: Uint8Array;
  readonly origin: string;
  readonly crossOrigin: boolean;
}): Buffer {
  const challenge = Buffer.from(facts.challenge).toString("base64url");
  return Buffer.from(JSON.stringify({ ...facts, challenge }));
}

function authenticatorData(rpId: string, flags: number, counter: number): Buffer {
  const tail = Buffer.alloc(5);
  tail.writeUInt8(flags);
  tail.writeUInt32BE(counter, 1);
  return Buffer.concat([createHash("sha256").update(rpId).digest(), tail]);
}
