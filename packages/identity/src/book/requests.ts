import { z } from "zod";
import { IdentityError } from "../error.ts";
import type { PasswordVerifier } from "../secrets/password.ts";

/** What a record calls a person, a token, a session or a link. */
export const idSchema: z.ZodType<string> = z.string().min(1).max(64);

/** A name has no character that could hide, or make it look like another one. */
export const nameSchema: z.ZodType<string> = z
  .string()
  .transform((text) => text.normalize("NFKC").trim())
  .refine(
    (text) => /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@'+-]{0,99}$/u.test(text),
    "1 to 100 letters and digits, and . _ @ ' + - or blanks between them",
  );

/** Passwords come as verifiers: the clear text stays in the process that was given it. */
export const verifierSchema: z.ZodType<PasswordVerifier> = z.strictObject({
  n: z.number().int().positive(),
  r: z.number().int().positive(),
  p: z.number().int().positive(),
  salt: z.base64(),
  hash: z.base64(),
});

export const stepSchema: z.ZodType<number> = z.number().int().nonnegative();

/** The secret of a second factor, and the step that it was tried with. */
export interface EnrolledTotp {
  readonly secret: string;
  readonly step: number;
}

export const totpSchema: z.ZodType<EnrolledTotp> = z.strictObject({
  secret: z.string().max(64),
  step: stepSchema,
});

/** @throws IdentityError REQUEST_INVALID */
export function readRequest<Shape>(schema: z.ZodType<Shape>, body: unknown): Shape {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new IdentityError("REQUEST_INVALID", `${issue?.path.join(".") || "the request"}: ${issue?.message}`);
}
