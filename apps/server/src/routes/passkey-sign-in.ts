import { isInForce, type Passkey, type Person, type SignedIn } from "@custody/identity";
import { type Assertion, decodeBase64, SignatureError, verifyAssertion } from "@custody/signatures";
import { z } from "zod";
import { passkeyPlace } from "../access/passkey-place.ts";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import type { RouteParts } from "./parts.ts";
import { givePage, signedInPage } from "./password-sign-in.ts";
import { errorBody } from "./schemas.ts";

const encoded = z.string().regex(/^[A-Za-z0-9_-]{1,10000}$/, "base64url");

/** What an authenticator gives for a challenge. */
const assertionSchema: z.ZodType<Assertion> = z.strictObject({
  credential: encoded,
  authenticatorData: encoded,
  clientDataJSON: encoded,
  signature: encoded,
});

const PURPOSE = "sign in";

/** How people come in with a passkey. */
export function passkeySignInRoutes(api: Api, parts: RouteParts): void {
  const { challenges, link, nowMs, origin, settings } = parts;
  api.post(
    "/api/sign-in/passkey/options",
    {
      config: { act: "public" },
      schema: {
        response: {
          200: z.strictObject({ challenge: z.string(), rpId: z.string(), origin: z.string() }),
          "4xx": errorBody,
        },
        security: [],
        summary: "What a passkey is to sign, to come in, within five minutes",
      },
    },
    async () => {
      const place = passkeyPlace(settings, origin());
      if (!place.isAvailable) throw new HttpProblem("not-found", place.why);
      const { origin: website, rpId } = place;
      return { challenge: challenges.make(PURPOSE, nowMs()), origin: website, rpId };
    },
  );
  api.post(
    "/api/sign-in/passkey",
    {
      config: { act: "public" },
      schema: {
        body: assertionSchema,
        response: { 200: signedInPage, "4xx": errorBody, "5xx": errorBody },
        security: [],
        summary: "Sign a browser in with a passkey",
      },
    },
    async (request, reply) => {
      const found = await recognise(parts, request.body, request.ip);
      const by = { assurance: "passkey", grants: [], kind: "person", method: "passkey" } as const;
      const done = await link.ask("identity", {
        act: "sign-in-passkey",
        by: { ...by, id: found.user, name: found.name },
        request: { counter: found.counter, isBackedUp: found.isBackedUp, key: found.key, user: found.user },
      });
      return givePage(parts, request, reply, done as SignedIn);
    },
  );
}

interface Recognised {
  readonly user: string;
  readonly name: string;
  readonly key: string;
  readonly counter: number;
  readonly isBackedUp: boolean;
}

/** Whatever is wrong, the same is answered. @throws HttpProblem sign-in-refused */
async function recognise(parts: RouteParts, assertion: Assertion, address: string): Promise<Recognised> {
  const { challenges, identities, nowMs, signIns } = parts;
  const person = identities.personOfCredential(assertion.credential);
  const isMeant = (key: { kind: string }): key is Passkey =>
    key.kind === "passkey" && (key as Passkey).credential === assertion.credential;
  const key = person?.keys?.find(isMeant);
  const challenge = challengeOf(assertion);
  try {
    if (person === undefined || key === undefined || !challenges.use(challenge, PURPOSE, nowMs()))
      throw new SignatureError("CHALLENGE_WRONG", "nobody asked for this");
    const { counter, isBackedUp } = await verifyAssertion(assertion, {
      ...key,
      challenge: decodeBase64(challenge),
    });
    demandConfirmed(parts, person, key);
    return { counter, isBackedUp, key: key.id, name: person.name, user: person.id };
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    await signIns.refuseLink(address);
    throw new HttpProblem("sign-in-refused", "this passkey opens nothing here; sign in in another way");
  }
}

/** A key that nobody has confirmed could be anybody's: it lets nobody in either. */
function demandConfirmed({ identities }: RouteParts, person: Person, key: Passkey): void {
  if (!isInForce(identities, person, key))
    throw new HttpProblem(
      "signature-refused",
      `nobody else has confirmed yet that ${key.label} is yours: ask who may change users`,
    );
}

/** Empty where there is none. */
function challengeOf({ clientDataJSON }: Assertion): string {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString("utf8"));
    return String((data as { challenge?: unknown } | null)?.challenge ?? "");
  } catch {
    return "";
  }
}
