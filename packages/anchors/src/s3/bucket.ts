import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { AnchorError } from "../error.ts";
import { type Answer, ask, type Fetch } from "../http/ask.ts";

export interface BucketOptions {
  readonly bucket: string;
  readonly endpoint?: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly fetch?: Fetch;
}

interface Request {
  readonly method: "GET" | "PUT";
  /** A key, or nothing for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** A page of a listing has up to a thousand keys of up to a kilobyte. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** One bucket of a server that speaks S3, with requests signed by AWS Signature Version 4. */
export class Bucket {
  readonly name: string;
  readonly #options: BucketOptions;
  readonly #base: string;

  constructor(options: BucketOptions) {
    this.name = `s3://${options.bucket}`;
    this.#options = options;
    this.#base = baseOf(options);
  }

  /** Writes an object that is not there; false when there is one, which stays as it is. */
  async putNew(key: string, body: Buffer): Promise<boolean> {
    const headers = { "if-none-match": "*", "content-type": "text/plain; charset=utf-8" };
    const answer = await this.#ask({ method: "PUT", key, headers, body });
    if (answer.status === 412) return false;
    this.#require(answer, `PUT ${key}`);
    return true;
  }

  /** Undefined when there is no such object. */
  async get(key: string): Promise<Buffer | undefined> {
    const answer = await this.#ask({ method: "GET", key });
    if (answer.status === 404) return undefined;
    this.#require(answer, `GET ${key}`);
    return answer.body;
  }

  /** One page of what is in a folder, without what is in folders below it, in the XML of ListObjectsV2. */
  async list(prefix: string, continuation: string | undefined): Promise<string> {
    const query = {
      "list-type": "2",
      delimiter: "/",
      prefix,
      ...(continuation === undefined ? {} : { "continuation-token": continuation }),
    };
    const answer = await this.#ask({ method: "GET", key: "", query });
    this.#require(answer, `listing ${prefix}`);
    return answer.body.toString("utf8");
  }

  async #ask({ body, headers, key, method, query }: Request): Promise<Answer> {
    const { accessKeyId, fetch = globalThis.fetch, region, secretAccessKey } = this.#options;
    const path = key.split("/").map(encodeURIComponent).join("/");
    const search = new URLSearchParams(query).toString();
    // As the signature has it: a space is %20.
    const url = `${this.#base}/${path}${search && `?${search.replaceAll("+", "%20")}`}`;
    const digest = createHash("sha256")
      .update(body ?? "")
      .digest("hex");
    const signer = new AwsV4Signer({
      method,
      url,
      headers: { ...headers, "x-amz-content-sha256": digest },
      accessKeyId,
      secretAccessKey,
      region,
      service: "s3",
    });
    const signed = await signer.sign();
    return ask(fetch, this.name, {
      url: signed.url.href,
      method,
      headers: Object.fromEntries(signed.headers),
      bytesMax: ANSWER_BYTES_MAX,
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
  }

  /** @throws AnchorError PLACE_UNREACHABLE when it may be better later, PLACE_REFUSED when not */
  #require({ body, status }: Answer, what: string): void {
    if (status === 200) return;
    const [, reason = "no reason"] = /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(body.toString("utf8")) ?? [];
    const code = status >= 500 || status === 429 || status === 409 ? "PLACE_UNREACHABLE" : "PLACE_REFUSED";
    const advice =
      code === "PLACE_REFUSED" ? "see to bucket, region and rights of the key" : "it is tried again";
    throw new AnchorError(code, `${this.name} answers ${what} with ${status}, ${reason} — ${advice}`);
  }
}

/** A bucket of Amazon's is a host name, unless a dot in it would not fit the certificate. */
function baseOf({ bucket, endpoint, region }: BucketOptions): string {
  if (endpoint !== undefined) return `${endpoint.replace(/\/+$/, "")}/${bucket}`;
  const host = `s3.${region}.amazonaws.com`;
  return bucket.includes(".") ? `https://${host}/${bucket}` : `https://${bucket}.${host}`;
}
