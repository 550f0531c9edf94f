import { type OwnPrice, PRICE_DIGITS } from "@custody/prices";
import { z } from "zod";

/** US dollars for a million tokens. No model comes near it, so a larger one is a price in another unit. */
const PRICE_MAX = 100_000;
const PRICES_MAX = 1000;

const price = z
  .number()
  .min(0)
  .max(PRICE_MAX)
  .refine((value) => Number(value.toFixed(PRICE_DIGITS)) === value, {
    message: `a price has at most ${PRICE_DIGITS} digits behind the point`,
  });

const name = z.string().min(1).max(200);

const ownPrice: z.ZodType<OwnPrice> = z.strictObject({
  provider: name,
  model: name.refine((text) => !text.slice(0, -1).includes("*"), { message: "a * stands at the end only" }),
  input: price,
  output: price,
  cacheRead: price.optional(),
  cacheWrite: price.optional(),
});

/** The part `models.prices` of custody.yaml: what models cost, before what the table that comes along says. */
export const ownPricesSchema: z.ZodType<readonly OwnPrice[]> = z
  .array(ownPrice)
  .max(PRICES_MAX)
  .superRefine((list, context) => {
    const names = list.map(({ model, provider }) => `${provider} ${model}`.toLowerCase());
    for (const [at, each] of names.entries())
      if (names.indexOf(each) !== at)
        context.addIssue({ code: "custom", message: "another price is for this model", path: [at, "model"] });
  });
