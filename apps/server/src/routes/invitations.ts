import {
  checkPassword,
  makeTotpSecret,
  OPERATOR,
  otpauthUri,
  type SignedIn,
  totpStep,
} from "@custody/identity";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { asPersonProblem } from "../http/identity-problem.ts";
import type { RouteParts } from "./parts.ts";
import { givePage, signedInPage } from "./password-sign-in.ts";
import { errorBody } from "./schemas.ts";

const secret = z.string().min(1).max(200);

const offer = z.strictObject({
  purpose: z.enum(["owner", "join", "reset"]),
  name: z.string().nullable(),
  expires: z.string(),
  totp: z.strictObject({ secret: z.string(), uri: z.string() }),
});

/** A second factor, and a code to show that somebody's program has it. */
export interface ChosenTotp {
  readonly secret: string;
  readonly code: string;
}

const chosenTotp: z.ZodType<ChosenTotp> = z.strictObject({
  secret: z.string().max(64),
  code: z.string().max(20),
});

/** Links with which somebody sets a password: the first owner, whoever was invited, and who lost theirs. */
export function invitationRoutes(api: Api, parts: RouteParts): void {
  const { identities, link, nowMs, signIns } = parts;
  const find = async (given: string, address: string) => {
    const found = identities.invitation(given, nowMs());
    if (found !== undefined) return found;
    await signIns.refuseLink(address);
    throw new HttpProblem(
      "sign-in-refused",
      "this link was used already, or is too old; ask for another one",
    );
  };
  api.post(
    "/api/invitations/look",
    {
      config: { act: "public" },
      schema: {
        body: z.strictObject({ secret }),
        response: { 200: offer, "4xx": errorBody, "5xx": errorBody },
        security: [],
        summary: "What a link is for, and a second factor to enrol with it",
      },
    },
    async ({ body, ip }) => {
      const { expiresAt, purpose, user } = await find(body.secret, ip);
      const name = identities.person(user ?? "")?.name ?? null;
      const totp = makeTotpSecret();
      return {
        expires: expiresAt,
        name,
        purpose,
        totp: { secret: totp, uri: otpauthUri(totp, name ?? "owner", "Custody") },
      };
    },
  );
  api.post(
    "/api/invitations/accept",
    {
      config: { act: "public" },
      schema: {
        body: z.strictObject({
          secret,
          name: z.string().max(200).optional(),
          password: z.string().max(1024),
          totp: chosenTotp.optional(),
        }),
        response: { 200: signedInPage, "4xx": errorBody, "5xx": errorBody },
        security: [],
        summary: "Set the password that a link is for, and sign in",
      },
    },
    async (request, reply) => {
      const { name, password, secret: given, totp } = request.body;
      const { user } = await find(given, request.ip);
      asPersonProblem(() => checkPassword(password, name ?? identities.person(user ?? "")?.name ?? ""));
      const accepted = {
        name,
        password: await signIns.passwords.makeVerifier(password),
        secret: given,
        totp: totp && { secret: totp.secret, step: enrolledStep(totp, nowMs()) },
      };
      const asked = { act: "accept-invitation", by: OPERATOR, request: accepted } as const;
      return givePage(parts, request, reply, (await link.ask("identity", asked)) as SignedIn);
    },
  );
}

/** Whoever enrols a second factor shows that their program has it. @throws HttpProblem sign-in-refused */
export function enrolledStep({ code, secret: given }: ChosenTotp, nowMs: number): number {
  const step = totpStep(given, code, nowMs);
  if (step === undefined)
    throw new HttpProblem(
      "sign-in-refused",
      "the code does not fit the second factor; check the clock, and try the next one",
    );
  return step;
}
