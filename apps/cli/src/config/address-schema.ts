import { z } from "zod";
import { type Address, parseAddress } from "./address.ts";

/** An address to listen on; `example` is what whoever wrote another thing is shown. */
export function addressSchema(example: string): z.ZodType<Address, string> {
  return z.string().transform((text, context): Address => {
    const parsed = parseAddress(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: `an address is written as ${example}` });
    return z.NEVER;
  });
}
