import { type EnrolledKey, isInForce, type Person, type PersonKey } from "@custody/identity";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { type PasskeyPlace, passkeyPlace } from "../access/passkey-place.ts";
import { ALGORITHM_NUMBERS, type EnrolmentResponse, readEnrolment } from "../access/read-enrolment.ts";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { principalOf } from "../http/principal-of.ts";
import type { IdentityAct } from "../process/data-path.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const keyListing = z.strictObject({
  id: z.string(),
  kind: z.enum(["passkey", "ssh-key"]),
  label: z.string(),
  enrolledAt: z.string(),
  /** Where the record of it stands in the ledger. */
  enrolment: z.number(),
  confirmedBy: z.string().nullable(),
  /** What it signs counts. */
  isInForce: z.boolean(),
  publicKey: z.string(),
  credential: z.string().nullable(),
});
const keyList = z.strictObject({ keys: z.array(keyListing) });
const enrolled = z.strictObject({ key: z.string(), isInForce: z.boolean() });
const label = z.string().min(1).max(200);
const nothing = z.strictObject({});
const problems = { "4xx": errorBody, "5xx": errorBody } as const;
const ofUser = z.strictObject({ id: z.string().min(1).max(64) });
const ofKey = z.strictObject({ id: z.string().min(1).max(64), key: z.string().min(1).max(64) });

/** As `PublicKeyCredential.toJSON` says it; a library reads the rest of it. */
const enrolmentResponse = z.looseObject({
  id: z.string().max(2048),
  rawId: z.string().max(2048),
  type: z.literal("public-key"),
  response: z.looseObject({
    clientDataJSON: z.string().max(10_000),
    attestationObject: z.string().max(30_000),
  }),
  clientExtensionResults: z.looseObject({}),
});

/** What people sign with. Whether a change is right, the data path judges. */
export function signingKeyRoutes(api: Api, parts: RouteParts): void {
  const { challenges, identities, link, nowMs, origin, settings } = parts;
  const act = (name: IdentityAct, request: FastifyRequest, asked: object): Promise<unknown> =>
    link.ask("identity", { act: name, by: principalOf(request), request: asked });
  const listOf = (id: string) => {
    const person = identities.person(id);
    return {
      keys: (person?.keys ?? []).map((key) => listingOf(key, isInForce(identities, person as Person, key))),
    };
  };
  const purposeOf = (request: FastifyRequest) => `enrol ${principalOf(request).id}`;
  const place = () => demandPlace(passkeyPlace(settings, origin()));
  api.get(
    "/api/me/keys",
    {
      config: { act: "me.read" },
      schema: { response: { 200: keyList, ...problems }, summary: "One's own keys" },
    },
    async (request) => listOf(principalOf(request).id),
  );
  api.post(
    "/api/me/passkeys/options",
    {
      config: { act: "me.change" },
      schema: {
        response: { 200: z.looseObject({}), ...problems },
        summary: "What a browser makes a passkey with",
      },
    },
    async (request) => {
      const { id, name } = principalOf(request);
      const { origin: website, rpId } = place();
      const known = identities.person(id)?.keys ?? [];
      return {
        attestation: "none",
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        challenge: challenges.make(purposeOf(request), nowMs()),
        excludeCredentials: known.flatMap((key) =>
          key.kind === "passkey" ? [{ id: key.credential, type: "public-key" }] : [],
        ),
        origin: website,
        pubKeyCredParams: ALGORITHM_NUMBERS.map((alg) => ({ alg, type: "public-key" })),
        rp: { id: rpId, name: "Custody" },
        user: { displayName: name, id: Buffer.from(id).toString("base64url"), name },
      };
    },
  );
  api.post(
    "/api/me/passkeys",
    {
      config: { act: "me.change" },
      schema: {
        body: z.strictObject({ label, response: enrolmentResponse }),
        response: { 200: enrolled, ...problems },
        summary: "Enrol a passkey, within ten minutes of a sign-in",
      },
    },
    async (request) => {
      const { label: called, response } = request.body;
      const where = place();
      const isOurs = (challenge: string) => challenges.use(challenge, purposeOf(request), nowMs());
      const key = await readEnrolment(response as unknown as EnrolmentResponse, where, isOurs);
      const asked = { ...key, kind: "passkey", label: called, origin: where.origin, rpId: where.rpId };
      return (await act("enrol-key", request, asked)) as EnrolledKey;
    },
  );
  api.post(
    "/api/me/ssh-keys",
    {
      config: { act: "me.change" },
      schema: {
        body: z.strictObject({ label: label.optional(), line: z.string().max(20_000) }),
        response: { 200: enrolled, ...problems },
        summary: "Enrol an SSH key, within ten minutes of a sign-in: the line of its .pub file",
      },
    },
    async (request) => (await act("enrol-key", request, { ...request.body, kind: "ssh-key" })) as EnrolledKey,
  );
  api.post(
    "/api/me/keys/:key/remove",
    {
      config: { act: "me.change" },
      schema: {
        params: ofKey.omit({ id: true }),
        response: { 200: nothing, ...problems },
        summary: "Remove one's key",
      },
    },
    async (request) => {
      await act("remove-key", request, { key: request.params.key, user: principalOf(request).id });
      return {};
    },
  );
  api.get(
    "/api/users/:id/keys",
    {
      config: { act: "users.read" },
      schema: { params: ofUser, response: { 200: keyList, ...problems }, summary: "Somebody's keys" },
    },
    async ({ params }) => listOf(params.id),
  );
  for (const verb of ["confirm", "remove"] as const)
    api.post(
      `/api/users/:id/keys/:key/${verb}`,
      {
        config: { act: "users.change" },
        schema: {
          params: ofKey,
          response: { 200: nothing, ...problems },
          summary:
            verb === "confirm" ? "Say that a key is somebody's; not one's own" : "Remove somebody's key",
        },
      },
      async (request) => {
        await act(`${verb}-key`, request, { key: request.params.key, user: request.params.id });
        return {};
      },
    );
}

function listingOf(key: PersonKey, counts: boolean): z.infer<typeof keyListing> {
  const { confirmation, enrolledAt, enrolment, id, kind, label: called, publicKey } = key;
  return {
    confirmedBy: confirmation?.by ?? null,
    credential: key.kind === "passkey" ? key.credential : null,
    enrolledAt,
    enrolment,
    id,
    isInForce: counts,
    kind,
    label: called,
    publicKey,
  };
}

/** @throws HttpProblem not-found */
function demandPlace(place: PasskeyPlace): Extract<PasskeyPlace, { isAvailable: true }> {
  if (!place.isAvailable) throw new HttpProblem("not-found", place.why);
  return place;
}
