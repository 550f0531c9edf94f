import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished, type TestContext } from "vitest";
import { optional } from "../postgres/optional.ts";

/** One certificate and its key, by path. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface IssueOptions {
  /** Lines of an extension file of openssl. */
  readonly extensions?: readonly string[];
  /** Days from now; negative: it has expired. */
  readonly days?: number;
  /** What openssl makes the key with. */
  readonly algorithm?: readonly string[];
  readonly issuer?: Issued;
  /** What openssl signs with, beside the key itself. */
  readonly signing?: readonly string[];
}

const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
/** What a token says that it holds. */
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
export const RSA: readonly string[] = ["-newkey", "rsa:2048"];
export const FOR_TIMESTAMPS: readonly string[] = [
  "extendedKeyUsage=critical,timeStamping",
  "keyUsage=critical,digitalSignature",
];

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

let shared: LocalAuthority | undefined;

/** The authority that the tests of one file share. */
export function localAuthority(context: Pick<TestContext, "skip">): LocalAuthority {
  shared ??= new LocalAuthority(context);
  return shared;
}

/** A real timestamp authority in a folder of its own: the `openssl` program with keys that are made for one test. */
export class LocalAuthority {
  readonly folder: string = mkdtempSync(join(tmpdir(), "custody-tsa-"));
  readonly root: Issued;
  readonly signer: Issued;
  readonly #openssl: string;
  #files = 0;

  constructor(context: Pick<TestContext, "skip">, signer: IssueOptions = {}) {
    this.#openssl = optional("openssl", context);
    folders.push(this.folder);
    this.root = { certificate: this.#path("root.pem"), key: this.#path("root.key") };
    this.run(
      ["req", "-x509", ...EC, "-nodes", "-keyout", this.root.key, "-out", this.root.certificate],
      ["-days", "9", "-subj", "/CN=local root", "-addext", "keyUsage=critical,keyCertSign"],
    );
    this.signer = this.issue("local authority", signer);
  }

  get rootText(): string {
    return readFileSync(this.root.certificate, "utf8");
  }

  issue(name: string, options: IssueOptions = {}): Issued {
    const key = this.#path("issued.key");
    const request = this.#path("issued.csr");
    this.run(
      ["req", "-new", ...(options.algorithm ?? EC), "-nodes", "-keyout", key, "-out", request],
      ["-subj", `/CN=${name}`],
    );
    return { certificate: this.sign(request, options), key };
  }

  /** A certificate for what a request asks for. */
  sign(
    request: string,
    { days = 9, extensions = FOR_TIMESTAMPS, issuer = this.root, signing = [] }: IssueOptions = {},
  ): string {
    const certificate = this.#path("issued.pem");
    const serial = signing.includes("-set_serial") ? [] : ["-CAcreateserial"];
    this.run(
      ["x509", "-req", "-in", request, "-CA", issuer.certificate, "-CAkey", issuer.key, ...serial],
      ["-out", certificate, "-days", String(days), ...signing],
      ["-extfile", this.write("issued.ext", `subjectKeyIdentifier=hash\n${extensions.join("\n")}\n`)],
    );
    return certificate;
  }

  /** Answers a query as `openssl ts -reply` does. `settings` are lines of its configuration. */
  reply(query: Buffer, settings: readonly string[] = [], chain = "", signer: Issued = this.signer): Buffer {
    const answer = this.#path("answer.tsr");
    const configuration = [
      "[tsa]\ndefault_tsa = local\n[local]\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1",
      `digests = sha256, sha384, sha512\nserial = ${join(this.folder, "serial")}`,
      ...settings,
    ];
    this.run(
      ["ts", "-reply", "-config", this.write("ts.cnf", `${configuration.join("\n")}\n`)],
      ["-queryfile", this.write("query.tsq", query), "-out", answer],
      ["-signer", signer.certificate, "-inkey", signer.key],
      chain === "" ? [] : ["-chain", chain],
    );
    return readFileSync(answer);
  }

  /** A token that no authority would give: any content, signed by any certificate, by `openssl cms`. */
  forge(
    content: Buffer,
    signer: Issued,
    options: readonly string[] = ["-cades"],
    type: string = TST_INFO,
  ): Buffer {
    const token = this.#path("token.der");
    this.run(
      ["cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-econtent_type", type],
      ["-in", this.write("content.der", content), "-out", token, "-nosmimecap"],
      ["-signer", signer.certificate, "-inkey", signer.key, ...options],
    );
    return readFileSync(token);
  }

  /** Asks as `openssl ts -query` does. */
  query(message: Buffer, options: readonly string[] = ["-sha256", "-cert"]): Buffer {
    const query = this.#path("own.tsq");
    this.run(["ts", "-query", "-data", this.write("message", message), "-out", query, ...options]);
    return readFileSync(query);
  }

  /** Whether `openssl ts -verify` says yes. */
  accepts(message: Buffer, timestamp: Buffer, options: readonly string[] = []): boolean {
    try {
      this.run(
        ["ts", "-verify", "-data", this.write("message", message), "-in", this.write("given.tsr", timestamp)],
        ["-CAfile", this.root.certificate, ...options],
      );
      return true;
    } catch {
      return false;
    }
  }

  /** Runs openssl and returns what it printed. */
  run(...parts: readonly (readonly string[])[]): string {
    return execFileSync(this.#openssl, parts.flat(), { encoding: "utf8", stdio: "pipe" });
  }

  /** A new file in the folder. */
  write(name: string, content: string | Buffer): string {
    const path = this.#path(name);
    writeFileSync(path, content);
    return path;
  }

  #path(name: string): string {
    this.#files += 1;
    return join(this.folder, `${this.#files}-${name}`);
  }
}

/** Serves the authority over HTTP on a free port of loopback, as RFC 3161, section 3.4, says; returns its URL. */
export async function serveAuthority(authority: LocalAuthority): Promise<string> {
  return await serve((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const isQuery =
        request.method === "POST" && request.headers["content-type"] === "application/timestamp-query";
      if (!isQuery) return response.writeHead(400).end();
      response.writeHead(200, { "content-type": "application/timestamp-reply" });
      return response.end(authority.reply(Buffer.concat(parts)));
    });
  });
}

/** A server on a free port of loopback, until the test is over. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
