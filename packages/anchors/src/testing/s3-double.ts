import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { onTestFinished } from "vitest";

/** A bucket that tests can use, of the double or of a real server. */
export interface TestBucket {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/**
 * A double of S3, for machines that have no server of it: one bucket in memory, with PutObject, GetObject and
 * ListObjectsV2 as far as we use them. It checks each signature by a computation of its own, written from the
 * specification of AWS Signature Version 4.
 */
export class S3Double implements TestBucket {
  endpoint = "";
  readonly bucket = "double";
  readonly region = "eu-test-1";
  readonly accessKeyId = "AKIAIOSFODNN7EXAMPLE";
  readonly secretAccessKey: string = SECRET;
  readonly objects: Map<string, Buffer> = new Map();
  /** Requests, each as method, path and query. */
  readonly log: string[] = [];
  /** What every request is answered with, instead of what it asks for. */
  failure: { status: number; code: string } | undefined;
  pageSize = 1000;

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => this.#answer(request, Buffer.concat(parts), response));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(
      () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    );
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this;
  }

  #answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const send = (status: number, text: string | Buffer = "") => response.writeHead(status).end(text);
    const refuse = (status: number, code: string) => send(status, `<Error><Code>${code}</Code></Error>`);
    this.log.push(`${request.method} ${request.url}`);
    if (this.failure !== undefined) return void refuse(this.failure.status, this.failure.code);
    if (!isSigned(request, body, this)) return void refuse(403, "SignatureDoesNotMatch");
    const url = new URL(request.url ?? "", this.endpoint);
    const [, bucket, ...rest] = url.pathname.split("/").map(decodeURIComponent);
    const key = rest.join("/");
    if (bucket !== this.bucket) return void refuse(404, "NoSuchBucket");
    if (request.method === "PUT") {
      if (request.headers["if-none-match"] === "*" && this.objects.has(key))
        return void refuse(412, "PreconditionFailed");
      this.objects.set(key, body);
      return void send(200);
    }
    if (key === "") return void send(200, this.#list(url.searchParams));
    const found = this.objects.get(key);
    return void (found === undefined ? refuse(404, "NoSuchKey") : send(200, found));
  }

  #list(query: URLSearchParams): string {
    const prefix = query.get("prefix") ?? "";
    const after = query.get("continuation-token") ?? "";
    const keys = [...this.objects.keys()].filter(
      (key) => key.startsWith(prefix) && !key.slice(prefix.length).includes("/") && key > after,
    );
    const page = keys.sort().slice(0, this.pageSize);
    const isTruncated = keys.length > page.length;
    const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
    const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
    return `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${contents}</ListBucketResult>`;
  }
}

type Credentials = Pick<TestBucket, "accessKeyId" | "region" | "secretAccessKey">;

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();

/** Whether a request has the signature that these credentials give it, over its body too. */
export function isSigned(
  request: Pick<IncomingMessage, "headers" | "method" | "url">,
  body: Buffer,
  { accessKeyId, region, secretAccessKey }: Credentials,
): boolean {
  const { headers, method, url } = request;
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, credential = "", names = "", signature] = pattern.exec(headers.authorization ?? "") ?? [];
  const date = String(headers["x-amz-date"]);
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
  if (credential !== `${accessKeyId}/${scope}` || headers["x-amz-content-sha256"] !== sha256(body))
    return false;
  const mustSign = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))];
  if (mustSign.some((name) => !names.split(";").includes(name))) return false;
  const [path = "", query = ""] = (url ?? "").split("?");
  const sorted = query.split("&").filter(Boolean).sort().join("&");
  const lines = names.split(";").map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, sorted, lines.join(""), names, headers["x-amz-content-sha256"]].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const key = ["s3", "aws4_request"].reduce(
    hmac,
    hmac(hmac(`AWS4${secretAccessKey}`, date.slice(0, 8)), region),
  );
  return hmac(key, toSign).toString("hex") === signature;
}
