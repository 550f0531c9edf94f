import { HttpProblem } from "@custody/server";
import type { z } from "zod";

/** What somebody sent, if it is what was meant. @throws HttpProblem request-invalid, which names the member */
export function readRequest<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new HttpProblem("request-invalid", `${issue?.path.join(".") || "the request"}: ${issue?.message}`);
}
