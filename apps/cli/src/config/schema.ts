import type { Environment } from "@custody/domain";
import { isLoopbackHost, parsePostgresUrl } from "@custody/gateway/upstream-url";
import { z } from "zod";
import type { DiskLimits } from "../disk/disk-guard.ts";
import { parseThreshold, type Threshold } from "../disk/threshold.ts";
import type { RetentionRules } from "../retention/retention-rules.ts";
import type { Address } from "./address.ts";
import { addressSchema } from "./address-schema.ts";
import { type AlertsConfig, alertsShape } from "./alerts-schema.ts";
import { parseByteSize } from "./byte-size.ts";
import { parseDuration } from "./duration.ts";
import { type MasterKeyConfig, masterKey } from "./master-key.ts";
import { type ModelsConfig, modelsSchema } from "./models-schema.ts";
import { type AnchorConfig, anchorsShape, type TimestampsConfig } from "./outside-schema.ts";
import { retentionSchema } from "./retention-schema.ts";
import { type SignInConfig, signInShape } from "./sign-in-schema.ts";

/**
 * custody.yaml, key by key; docs/configuration.md explains them. Every object is strict, so that a misspelt key is
 * an error and not a default.
 */
export interface ParsedConfig {
  readonly data: string;
  readonly listen: Address;
  /** Listening beyond this machine without TLS, on purpose. */
  readonly allowPlaintext: boolean;
  readonly tls?: TlsPaths | undefined;
  /** The origin under which people reach Custody: `https://custody.example`. */
  readonly publicUrl?: string | undefined;
  readonly policy?: string | undefined;
  readonly masterKey?: MasterKeyConfig | undefined;
  readonly disk: DiskLimits;
  readonly witnesses?: WitnessesConfig | undefined;
  readonly timestamps?: TimestampsConfig | undefined;
  readonly anchors: readonly AnchorConfig[];
  readonly alerts: AlertsConfig;
  readonly signIn: SignInConfig;
  readonly projects: readonly { readonly name: string }[];
  readonly retention: RetentionRules;
  readonly models?: ModelsConfig | undefined;
  readonly targets: readonly TargetConfig[];
}

/** Who cosigns checkpoints. */
export interface WitnessesConfig {
  /** The file with the policy, c2sp.org/tlog-policy. */
  readonly policy: string;
  readonly everyMs: number;
  /** A file in PEM: authorities that lead to the witnesses' certificates. */
  readonly ca?: string | undefined;
  readonly allowPlaintext: boolean;
}

/** Files in PEM: the certificate with its chain, and its key. */
export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
}

export interface TargetConfig {
  readonly name: string;
  readonly kind: "postgres";
  readonly listen: Address;
  readonly allowPlaintext: boolean;
  readonly tls?: (TlsPaths & { readonly required?: boolean | undefined }) | undefined;
  readonly upstream: UpstreamConfig;
  readonly environment: Environment;
  readonly durability: "ordered" | "strict";
  readonly project: string;
  readonly maxStatementBytes: number;
}

/** The database's URL, or where it is to be found. */
type UpstreamConfig = string | { readonly env: string } | { readonly file: string };

const MIB = 1024 * 1024;

/** Parsing builds a tree of many times the text's size; beyond this a statement is data, and has COPY. */
const STATEMENT_BYTES_LARGEST = 64 * MIB;

const name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,62}$/,
    "a name is up to 63 lower-case letters, digits, hyphens and underscores",
  );

const address = addressSchema("127.0.0.1:6432");

const statementBytes = z.union([z.string(), z.number()]).transform((text, context): number => {
  const bytes = parseByteSize(text);
  if (bytes !== undefined && bytes >= 1 && bytes <= STATEMENT_BYTES_LARGEST) return bytes;
  context.addIssue({ code: "custom", message: "a size is written as 16MiB, and here is at most 64MiB" });
  return z.NEVER;
});

const threshold = z.union([z.string(), z.number()]).transform((text, context): Threshold => {
  const parsed = parseThreshold(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "free space is written as 10% or 1GiB" });
  return z.NEVER;
});

const disk = z.strictObject({
  stopBelow: threshold.default({ bytes: 1024 * MIB }),
  warnBelow: threshold.default({ percent: 10 }),
});

/** Files like this one get committed: a password that opens something beyond this machine must not be in them. */
const literalUrl = z.string().superRefine((text, context) => {
  try {
    const { host, password } = parsePostgresUrl(text);
    if (password === undefined || isLoopbackHost(host)) return;
    const message =
      "a password may stand here only for a database on loopback; use { env: NAME } or { file: PATH }";
    context.addIssue({ code: "custom", message });
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
});

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable");

const upstream = z.union(
  [literalUrl, z.strictObject({ env: variable }), z.strictObject({ file: z.string().min(1) })],
  "a database's URL, or { env: NAME }, or { file: PATH }",
);

const path = z.string().min(1, "the path of a file");
const tls = { cert: path, key: path };

const WITNESSES_EVERY_MS_MIN = 1000;
const WITNESSES_EVERY_MS_MAX = 24 * 3_600_000;

const every = z.string().transform((text, context): number => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= WITNESSES_EVERY_MS_MIN && ms <= WITNESSES_EVERY_MS_MAX) return ms;
  context.addIssue({ code: "custom", message: "written as 30s, 1m or 1h, and here from 1s to 24h" });
  return z.NEVER;
});

const witnesses = z
  .strictObject({
    policy: path,
    every: every.default(60_000),
    ca: path.optional(),
    allowPlaintext: z.boolean().default(false),
  })
  .transform(({ every, ...rest }): WitnessesConfig => ({ ...rest, everyMs: every }));

const publicUrl = z.string().transform((text, context): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && `${url.origin}/` === url.href;
  if (isOrigin && (url.protocol === "https:" || (url.protocol === "http:" && isLoopbackHost(url.hostname))))
    return url.origin;
  const message = "written as https://custody.example, without a path; http:// only for localhost";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

const target = z.strictObject({
  name,
  kind: z.literal("postgres", "only postgres is supported yet"),
  listen: address,
  allowPlaintext: z.boolean().default(false),
  tls: z.strictObject({ ...tls, required: z.boolean().optional() }).optional(),
  upstream,
  environment: z.enum(["production", "staging", "development", "disposable"]),
  durability: z.enum(["ordered", "strict"]).default("ordered"),
  project: name.default("default"),
  maxStatementBytes: statementBytes.default(16 * MIB),
});

export const configSchema: z.ZodType<ParsedConfig> = z
  .strictObject({
    data: z.string().min(1).default("./custody-data"),
    listen: address.default({ host: "127.0.0.1", port: 7070 }),
    disk: disk.prefault({}),
    allowPlaintext: z.boolean().default(false),
    tls: z.strictObject(tls).optional(),
    publicUrl: publicUrl.optional(),
    policy: z.string().min(1).optional(),
    witnesses: witnesses.optional(),
    masterKey: masterKey.optional(),
    ...anchorsShape,
    ...alertsShape,
    ...signInShape,
    projects: z
      .array(z.strictObject({ name }))
      .min(1)
      .default([{ name: "default" }]),
    retention: retentionSchema.prefault({}),
    models: modelsSchema.optional(),
    targets: z.array(target).default([]),
  })
  .superRefine(({ projects, publicUrl: url, signIn, targets }, context) => {
    const report = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", message, path });
    if (signIn.oidc !== undefined && url === undefined)
      report(["signIn", "oidc"], "the provider sends people back to publicUrl, which must be given too");
    projects.forEach(({ name }, at) => {
      if (projects.findIndex((each) => each.name === name) !== at)
        report(["projects", at, "name"], "another project has this name");
    });
    targets.forEach(({ name, project }, at) => {
      if (targets.findIndex((each) => each.name === name) !== at)
        report(["targets", at, "name"], "another target has this name");
      if (!projects.some((each) => each.name === project))
        report(["targets", at, "project"], `no project is called ${project}`);
    });
  });
