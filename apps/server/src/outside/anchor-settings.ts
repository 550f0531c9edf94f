/** Who signs checkpoints with the time. Texts and numbers only: it goes through a pipe. */
export interface TimestampSettings {
  readonly authority: string;
  /** Certificates in PEM. */
  readonly roots: string;
  readonly everyMs: number;
}

/** Where checkpoints are kept. Credentials stand here as they are, and nowhere else. */
export type AnchorSettings = GitSettings | FileSettings | S3Settings;

interface GitSettings {
  readonly kind: "git";
  readonly repository: string;
  readonly branch: string;
  readonly remote?: string;
  /** Where programs are found. */
  readonly searchPath: string;
  readonly everyMs: number;
}

interface FileSettings {
  readonly kind: "file";
  readonly folder: string;
  readonly everyMs: number;
}

interface S3Settings {
  readonly kind: "s3";
  readonly bucket: string;
  readonly endpoint?: string;
  readonly region: string;
  readonly prefix?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly everyMs: number;
}
