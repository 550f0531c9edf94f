import type { OutsideStatus, PlaceKind } from "@custody/anchors";
import { z } from "zod";

/** What is known about copies of checkpoints outside this machine. `places` is empty where none is configured. */
export interface OutsideAnswer {
  readonly places: readonly {
    readonly kind: PlaceKind;
    readonly name: string;
    readonly everySeconds: number;
    /** The checkpoint that it kept last; null when it never did. */
    readonly kept: { readonly size: number; readonly time: string } | null;
    /** Why it keeps none at the moment. */
    readonly failure: {
      readonly code: string;
      readonly message: string;
      readonly since: string;
      /** Whether what it says and what the ledger says cannot both be true. */
      readonly isContradiction: boolean;
    } | null;
  }[];
  /** The newest checkpoint that enough witnesses have cosigned; null when there is none. */
  readonly witnessed: {
    readonly size: number;
    readonly cosigners: readonly { readonly name: string; readonly time: string }[];
  } | null;
}

const size = z.number().int().min(0);

export const outsideAnswer: z.ZodType<OutsideAnswer> = z.strictObject({
  places: z.array(
    z.strictObject({
      kind: z.enum(["witness", "timestamp", "git", "file", "s3"]),
      name: z.string(),
      everySeconds: z.number(),
      kept: z.strictObject({ size, time: z.string() }).nullable(),
      failure: z
        .strictObject({
          code: z.string(),
          message: z.string(),
          since: z.string(),
          isContradiction: z.boolean(),
        })
        .nullable(),
    }),
  ),
  witnessed: z
    .strictObject({
      size,
      cosigners: z.array(z.strictObject({ name: z.string(), time: z.string() })),
    })
    .nullable(),
});

export function answerOf({ places, witnessed }: OutsideStatus): OutsideAnswer {
  return {
    places: places.map(({ everyMs, failure, kept, kind, name }) => ({
      everySeconds: everyMs / 1000,
      failure: failure
        ? {
            code: failure.code,
            isContradiction: failure.isContradiction,
            message: failure.message,
            since: failure.since,
          }
        : null,
      kept: kept ? { size: kept.size, time: kept.time } : null,
      kind,
      name,
    })),
    witnessed: witnessed ?? null,
  };
}
