import { z } from "zod";

/** A piece is at most 256 KiB in UTF-8, and its header. */
const RECORDING_CHARACTERS_MAX: number = 320 * 1024;

/** More than any environment has. Each of them is looked for in every text. */
const SECRETS_MAX = 200;
const SECRET_CHARACTERS_MAX: number = 16 * 1024;

const count = z.number().int().nonnegative();
const size = z.number().int().min(1).max(65_535);

/** How a run's program ended: by itself, or by a signal. */
export interface RunEnd {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
}

/** A piece of a run's recording, as it is sent. */
export interface RecordedPiece {
  readonly piece: number;
  readonly fromUs: number;
  readonly toUs: number;
  readonly columns: number;
  readonly rows: number;
  readonly droppedBytes: number;
  readonly recording: string;
}

export const endSchema: z.ZodType<RunEnd> = z.strictObject({
  exitCode: z.number().int().min(0).max(255).optional(),
  signal: z
    .string()
    .regex(/^SIG[A-Z0-9+]{1,12}$/, "it is the name of a signal")
    .optional(),
});

export const pieceSchema: z.ZodType<RecordedPiece> = z.strictObject({
  piece: count,
  fromUs: count,
  toUs: count,
  columns: size,
  rows: size,
  droppedBytes: count.default(0),
  recording: z.string().min(1).max(RECORDING_CHARACTERS_MAX),
});

export const secretsSchema: z.ZodType<{ readonly values: readonly string[] }> = z.strictObject({
  values: z.array(z.string().min(1).max(SECRET_CHARACTERS_MAX)).max(SECRETS_MAX),
});

export const stopSchema: z.ZodType<{ readonly session: string; readonly reason: string }> = z.strictObject({
  session: z.string().min(1).max(64),
  reason: z.string().trim().max(1000).default(""),
});
