/** Shorter values stand in too many texts by chance. */
const CHARACTERS_MIN = 8;
const CHARACTERS_MAX: number = 16 * 1024;
const VALUES_MAX = 200;

/** Words in the names of variables that hold what opens something. */
const secretName =
  /(?:^|_)(?:API_?KEY|ACCESS_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|PASSPHRASE|CREDENTIALS?|PAT|AUTH|COOKIE)S?(?:_|$)/i;

/** They say where something is, and not what it is. */
const placeName = /_(?:SOCK|SOCKET|FILE|PATH|DIR|ID|NAME|HOST|PORT|USER|TYPE)$/i;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * What an environment holds that must not be seen: values of variables whose names say so, and the passwords of addresses in all
 * of them.
 */
export function secretsIn(
  variables: Variables,
): readonly { readonly name: string; readonly value: string }[] {
  const found = new Map<string, string>();
  for (const [name, value = ""] of Object.entries(variables)) {
    if (secretName.test(name) && !placeName.test(name)) found.set(value, name);
    for (const password of passwordsIn(value)) found.set(password, name);
  }
  return [...found]
    .filter(([value]) => value.length >= CHARACTERS_MIN && value.length <= CHARACTERS_MAX)
    .slice(0, VALUES_MAX)
    .map(([value, name]) => ({ name, value }));
}

/** As they stand in `scheme://user:password@host`, and what they stand for. */
function passwordsIn(value: string): string[] {
  const written = [...value.matchAll(/[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:([^\s@/]+)@/gi)].map(
    ([, password = ""]) => password,
  );
  return written.flatMap((password) => [password, decoded(password)]);
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}
