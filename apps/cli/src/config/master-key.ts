import {
  isSafeAddress,
  type KeyPlaces,
  type KmsPlace,
  type SecretPlace,
  type VaultPlace,
} from "@custody/keys";
import { z } from "zod";

/** Where the master key is kept, and what is asked for should it be lost; docs/keys.md says which place is for whom. */
export interface MasterKeyConfig extends KeyPlaces {
  /** `true`: no start without a recovery copy, after the first. `false`: nobody needs to be reminded of one. */
  readonly requireRecovery?: boolean | undefined;
  /** For these a recovery copy of each new key is made at the start, in the data directory. */
  readonly recoveryRecipients?: readonly string[] | undefined;
}

const path = z.string().min(1, "the path of a file");
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable");
const secret: z.ZodType<SecretPlace> = z.union(
  [z.strictObject({ env: variable }), z.strictObject({ file: path })],
  "{ env: NAME }, or { file: PATH }; never the secret itself",
);
const segments = z
  .string()
  .regex(
    /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/,
    "names of letters, digits, dots and hyphens, with slashes between them",
  );
const address = z
  .string()
  .refine(
    isSafeAddress,
    "written as https://vault.example:8200, without a password; http:// only for this machine",
  );

const vault: z.ZodType<VaultPlace> = z.strictObject({
  address,
  mount: segments.optional(),
  key: z.string().regex(/^[\w-][\w.-]*$/, "the name of a key: letters, digits, dots and hyphens"),
  token: secret,
  namespace: segments.optional(),
});

const kms: z.ZodType<KmsPlace> = z
  .strictObject({
    key: z.string().regex(/^[\w:/.-]{1,2048}$/, "the id, the ARN or an alias of a key"),
    region: z.string().regex(/^[a-z]{2}(-[a-z0-9]+)+$/, "a region, such as eu-central-1"),
    endpoint: address.optional(),
    accessKeyId: secret.optional(),
    secretAccessKey: secret.optional(),
    sessionToken: secret.optional(),
  })
  .refine(
    ({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined),
    "accessKeyId and secretAccessKey go together",
  );

const places = {
  file: path.optional(),
  env: variable.optional(),
  age: z.strictObject({ identity: path }).optional(),
  vault: vault.optional(),
  kms: kms.optional(),
};

const KINDS = Object.keys(places) as (keyof typeof places)[];
const ONE_PLACE = `one of ${KINDS.join(", ")}`;

function placesOf(config: Readonly<Record<string, unknown>>): number {
  return KINDS.filter((kind) => config[kind] !== undefined).length;
}

export const masterKey: z.ZodType<MasterKeyConfig> = z
  .strictObject({
    ...places,
    previous: z
      .array(z.strictObject(places).refine((place) => placesOf(place) === 1, `each is ${ONE_PLACE}`))
      .optional(),
    requireRecovery: z.boolean().optional(),
    recoveryRecipients: z
      .array(z.string().regex(/^age1[a-z0-9]+$/, "a recipient of age, which begins with age1"))
      .min(1, "at least one recipient of age")
      .optional(),
  })
  .refine((config) => placesOf(config) <= 1, `a key is kept in one place: ${ONE_PLACE}`);
