import { z } from "zod";

interface PageQuery {
  readonly limit: number;
  /** The id that the page before ended with. */
  readonly after?: string | undefined;
}

export const pageQuery: z.ZodType<PageQuery> = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, "a whole number")
    .transform(Number)
    .refine((number) => number >= 1 && number <= 500, "from 1 to 500")
    .default(100),
  after: z.string().max(64).optional(),
});

/** One page of a list that stands in memory, in its order. A page behind what is gone by now is empty. */
export function pageOf<Value extends { readonly id: string }>(
  values: readonly Value[],
  { after, limit }: PageQuery,
): { readonly values: readonly Value[]; readonly next: string | null } {
  const from = after === undefined ? 0 : values.findIndex(({ id }) => id === after) + 1;
  const page = after !== undefined && from === 0 ? [] : values.slice(from, from + limit);
  const isLast = from + page.length >= values.length || page.length === 0;
  return { next: isLast ? null : (page.at(-1)?.id ?? null), values: page };
}
