import { isLoopbackHost } from "@custody/gateway/upstream-url";
import { z } from "zod";
import { parseDuration } from "./duration.ts";

/** Who signs checkpoints with the time. */
export interface TimestampsConfig {
  readonly authority: string;
  /** A file in PEM: who is trusted to say what time it is. */
  readonly roots: string;
  readonly everyMs: number;
}

export type AnchorConfig = GitConfig | FileConfig | S3Config;

interface GitConfig {
  readonly kind: "git";
  readonly repository: string;
  readonly remote?: string | undefined;
  readonly branch: string;
  readonly everyMs: number;
}

interface FileConfig {
  readonly kind: "file";
  readonly folder: string;
  readonly everyMs: number;
}

interface S3Config {
  readonly kind: "s3";
  readonly bucket: string;
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly prefix?: string | undefined;
  /** Names of environment variables. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly everyMs: number;
}

const DAY_MS = 86_400_000;
const EVERY_MS_MIN = 1000;
const EVERY_MS_MAX = 31 * DAY_MS;

const every = z.string().transform((text, context): number => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= EVERY_MS_MIN && ms <= EVERY_MS_MAX) return ms;
  context.addIssue({ code: "custom", message: "written as 30m, 6h or 1d, and here from 1s to 31d" });
  return z.NEVER;
});

const path = z.string().min(1, "the path of a file");
const variable = z.strictObject({
  env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable"),
});

/** A URL without anybody's password in it: it stands in records and in logs. */
const address = z.string().superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isUsual = url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  if (!isUsual)
    context.addIssue({
      code: "custom",
      message: "written as https://tsa.example, without a user or password",
    });
});

const timestamps = z
  .strictObject({ authority: address, roots: path, every: every.default(DAY_MS) })
  .transform(({ every, ...rest }): TimestampsConfig => ({ ...rest, everyMs: every }));

/** What git takes for names, and no option of its: git-check-ref-format(1). */
const gitName = z
  .string()
  .regex(
    /^(?!.*(\.\.|\/\/|\.lock$|\.lock\/|\/\.|[./]$))[A-Za-z0-9_][A-Za-z0-9._/-]{0,99}$/,
    "letters, digits, dots, hyphens and slashes, as git has it in names",
  );

const git = z
  .strictObject({
    git: path,
    remote: gitName.optional(),
    branch: gitName.default("custody"),
    every: every.default(3_600_000),
  })
  .transform(
    ({ every, git, ...rest }): GitConfig => ({ kind: "git", repository: git, ...rest, everyMs: every }),
  );

const file = z
  .strictObject({ file: path, every: every.default(3_600_000) })
  .transform(({ every, file }): FileConfig => ({ kind: "file", folder: file, everyMs: every }));

const bucket = z.strictObject({
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket, in lower case"),
  endpoint: address.optional(),
  region: z.string().regex(/^[A-Za-z0-9-]{1,60}$/, "the name of a region, such as eu-central-1"),
  prefix: z
    .string()
    .regex(
      /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/,
      "folders, without slashes at the ends",
    )
    .optional(),
  allowPlaintext: z.boolean().default(false),
  accessKeyId: variable,
  secretAccessKey: variable,
});

const s3 = z
  .strictObject({ s3: bucket, every: every.default(3_600_000) })
  .superRefine(({ s3: { allowPlaintext, endpoint } }, context) => {
    const url = endpoint === undefined ? undefined : new URL(endpoint);
    if (url === undefined || url.protocol === "https:" || allowPlaintext || isLoopbackHost(url.hostname))
      return;
    const message = "anybody on the way could answer in its place: use https://, or say allowPlaintext: true";
    context.addIssue({ code: "custom", message, path: ["s3", "endpoint"] });
  })
  .transform(({ every, s3: { accessKeyId, allowPlaintext: _, secretAccessKey, ...rest } }): S3Config => {
    return {
      kind: "s3",
      ...rest,
      accessKeyId: accessKeyId.env,
      secretAccessKey: secretAccessKey.env,
      everyMs: every,
    };
  });

const kinds: Readonly<Record<string, z.ZodType<AnchorConfig>>> = { git, file, s3 };

/** The key says which kind is meant, so that an error is about that one and not about all. */
const anchor = z.unknown().transform((value, context): AnchorConfig => {
  const named =
    typeof value === "object" && value !== null ? Object.keys(value).filter((key) => key in kinds) : [];
  const [kind, ...more] = named;
  if (kind === undefined || more.length > 0) {
    context.addIssue({ code: "custom", message: "one of { git: PATH }, { file: PATH } and { s3: { … } }" });
    return z.NEVER;
  }
  const parsed = (kinds[kind] as z.ZodType<AnchorConfig>).safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.addIssue(issue as Parameters<typeof context.addIssue>[0]);
  return z.NEVER;
});

/** What makes it the same place: what is known about a place is known by its name. */
function identityOf(anchor: AnchorConfig): string {
  switch (anchor.kind) {
    case "git":
      return JSON.stringify(["git", anchor.repository, anchor.remote]);
    case "file":
      return JSON.stringify(["file", anchor.folder]);
    case "s3":
      return JSON.stringify(["s3", anchor.bucket, anchor.prefix]);
  }
}

const anchors = z.array(anchor as z.ZodType<AnchorConfig>).superRefine((list, context) => {
  const identities = list.map(identityOf);
  for (const [at, identity] of identities.entries())
    if (identities.indexOf(identity) !== at)
      context.addIssue({ code: "custom", message: "another anchor is the same place", path: [at] });
});

/** To be spread into the shape of the whole file. */
export const anchorsShape: {
  timestamps: z.ZodOptional<z.ZodType<TimestampsConfig>>;
  anchors: z.ZodDefault<z.ZodType<readonly AnchorConfig[]>>;
} = {
  timestamps: (timestamps as z.ZodType<TimestampsConfig>).optional(),
  anchors: (anchors as z.ZodType<readonly AnchorConfig[]>).default([]),
};
