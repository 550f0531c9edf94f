import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One certificate and its key, by path. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface IssueOptions {
  /** Subject alternative names, as `DNS:localhost,IP:127.0.0.1`. */
  readonly names?: string;
  /** Days from now; negative: it has expired. */
  readonly days?: number;
  /** What openssl makes the key with. */
  readonly algorithm?: readonly string[];
  /** What openssl signs with, beside the key itself. */
  readonly signing?: readonly string[];
}

const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

/** A certificate authority of our own in a folder of its own, made with the `openssl` program. */
export class Authority {
  readonly folder: string = mkdtempSync(join(tmpdir(), "custody-tls-"));
  readonly root: string = join(this.folder, "root.pem");
  readonly #openssl: string;
  #issued = 0;

  /** `algorithm`: the key that it signs with. */
  constructor(openssl: string, name: string, algorithm: readonly string[] = EC) {
    this.#openssl = openssl;
    const key = join(this.folder, "root.key");
    const extensions = ["-addext", "keyUsage=critical,keyCertSign"];
    this.#run(
      ["req", "-x509", ...algorithm, "-nodes", "-keyout", key, "-out", this.root, "-days", "9"],
      [...["-subj", `/CN=${name}`], ...extensions],
    );
    chmodSync(this.folder, 0o755);
  }

  get rootText(): string {
    return readFileSync(this.root, "utf8");
  }

  issue(name: string, options: IssueOptions = {}): Issued {
    const { algorithm = EC, days = 9, names, signing = [] } = options;
    const base = join(this.folder, `issued-${++this.#issued}`);
    const [certificate, key, request] = [`${base}.pem`, `${base}.key`, `${base}.csr`];
    this.#run(
      ["req", "-new", ...algorithm, "-nodes", "-keyout", key, "-out", request],
      ["-subj", `/CN=${name}`],
    );
    writeFileSync(`${base}.ext`, names === undefined ? "" : `subjectAltName=${names}\n`);
    this.#run(
      ["x509", "-req", "-in", request, "-CA", this.root, "-CAkey", join(this.folder, "root.key")],
      ["-out", certificate, "-extfile", `${base}.ext`, "-days", String(days), "-CAcreateserial", ...signing],
    );
    return { certificate, key };
  }

  #run(...parts: readonly (readonly string[])[]): void {
    execFileSync(this.#openssl, parts.flat(), { stdio: "pipe" });
  }
}

/** Copies of the files that PostgreSQL accepts: its own, and a key that nobody else may read. */
export function ownedBy(
  user: { uid: number; gid: number } | undefined,
  { certificate, key }: Issued,
): Issued {
  const own = { certificate: `${certificate}.server`, key: `${key}.server` };
  copyFileSync(certificate, own.certificate);
  copyFileSync(key, own.key);
  chmodSync(own.key, 0o600);
  if (user !== undefined) for (const file of Object.values(own)) chownSync(file, user.uid, user.gid);
  return own;
}
