import { join, resolve } from "node:path";
import {
  fileKeySource,
  type KeyOptions,
  type KeySealer,
  type KeySource,
  LedgerError,
  readIdentity,
  sealedKeySource,
} from "@custody/ledger";
import { openAgeSealer } from "../age/age-sealer.ts";
import type { Fetch } from "../http/ask-service.ts";
import { kmsSealer } from "../kms/kms-sealer.ts";
import { vaultSealer } from "../vault/vault-sealer.ts";
import { environmentSource } from "./environment-source.ts";
import type { KeyPlace, KeyPlaces, KmsPlace, VaultPlace } from "./key-place.ts";
import { movingSources } from "./moving-sources.ts";
import { readSecret, type Surroundings } from "./secret-place.ts";

/** What a source is made of besides its configuration. */
export interface KeySurroundings extends Surroundings {
  /** The ledger's directory. */
  readonly directory: string;
  readonly fetch: Fetch;
}

/** The source in force, and those that the key may still be in: to be given to whatever opens the ledger. */
export interface OpenedKeySource extends Required<Pick<KeyOptions, "keySource" | "previousKeySources">> {
  /** The file that the source in force keeps the key in, sealed or not; undefined for a variable. */
  readonly keyFile: string | undefined;
}

/**
 * The source that a configuration means; without one, the file keys/master.key of the ledger's directory.
 *
 * Nothing is asked for the key yet. What is sealed lies in keys/sealed, whoever sealed it.
 *
 * @throws LedgerError MASTER_KEY_UNAVAILABLE when the identity of age cannot be read, and KeysError IDENTITY_MALFORMED
 */
export async function openKeySource(
  places: KeyPlaces | undefined,
  around: KeySurroundings,
): Promise<OpenedKeySource> {
  const { previous = [], ...current } = places ?? {};
  const keyFile = fileOf(current, around);
  const sources = movingSources(await openPlace(current, around), {
    forgottenFile: keyFile === defaultFile(around) ? undefined : defaultFile(around),
    formerly: previous.map((place) => lazily(place, around)),
    isSealed: isSealed(current),
  });
  return { ...sources, keyFile };
}

function fileOf(place: KeyPlace, around: KeySurroundings): string | undefined {
  if (place.env !== undefined) return undefined;
  if (isSealed(place)) return sealedFile(around);
  return place.file === undefined ? defaultFile(around) : resolve(around.folder, place.file);
}

function openPlace(place: KeyPlace, around: KeySurroundings): Promise<KeySource> | KeySource {
  if (place.env !== undefined) return environmentSource(place.env, around.variables);
  if (place.age !== undefined) return ageSource(resolve(around.folder, place.age.identity), around);
  if (place.vault !== undefined) return sealed(around, vaultOf(place.vault, around));
  if (place.kms !== undefined) return sealed(around, kmsOf(place.kms, around));
  return fileKeySource(fileOf(place, around) as string);
}

/** A former place may be gone by now; nobody needs it unless the key is not in the present one. */
function lazily(place: KeyPlace, around: KeySurroundings): KeySource {
  return {
    description: "a former place",
    read: async () => (await openPlace(place, around)).read(),
  };
}

function isSealed({ age, kms, vault }: KeyPlace): boolean {
  return age !== undefined || vault !== undefined || kms !== undefined;
}

function defaultFile({ directory }: KeySurroundings): string {
  return join(directory, "keys", "master.key");
}

function sealedFile({ directory }: KeySurroundings): string {
  return join(directory, "keys", "sealed");
}

async function ageSource(identity: string, around: KeySurroundings): Promise<KeySource> {
  return sealed(around, await openAgeSealer(identity));
}

function sealed(around: KeySurroundings, sealer: KeySealer): KeySource {
  return sealedKeySource(sealedFile(around), sealer, () => contextOf(around.directory));
}

/** The ledger's id: what was sealed for one ledger does not unseal in the place of another's. */
async function contextOf(directory: string): Promise<string> {
  const identity = await readIdentity(directory);
  if (identity !== undefined) return identity.id;
  throw new LedgerError("FORMAT_UNKNOWN", `${directory} holds no ledger: name the data directory`);
}

function vaultOf({ mount = "transit", token, ...rest }: VaultPlace, around: KeySurroundings): KeySealer {
  const readToken = () => readSecret(token, "the token of Vault", around);
  return vaultSealer({ ...rest, fetch: around.fetch, mount, token: readToken });
}

function kmsOf(
  { accessKeyId, secretAccessKey, sessionToken, ...rest }: KmsPlace,
  around: KeySurroundings,
): KeySealer {
  const read = (place: { env: string } | { file: string }) =>
    readSecret(place, "the credentials of AWS KMS", around);
  return kmsSealer({
    ...rest,
    credentials: async () => ({
      accessKeyId: await read(accessKeyId ?? { env: "AWS_ACCESS_KEY_ID" }),
      secretAccessKey: await read(secretAccessKey ?? { env: "AWS_SECRET_ACCESS_KEY" }),
      // The standard variable belongs to the standard key, and to no other.
      sessionToken:
        sessionToken !== undefined
          ? await read(sessionToken)
          : accessKeyId === undefined
            ? around.variables["AWS_SESSION_TOKEN"] || undefined
            : undefined,
    }),
    fetch: around.fetch,
  });
}
