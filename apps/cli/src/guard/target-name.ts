const NAME_LENGTH_MAX = 63;

/** A name for the target, after its database, that no other target has: `shop`, else `shop-2`. */
export function targetName(database: string, taken: readonly string[]): string {
  const plain = database
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replace(/^[-_]+/, "")
    // Room for a number behind it.
    .slice(0, NAME_LENGTH_MAX - 4)
    .replace(/[-_]+$/, "");
  const name = plain === "" ? "database" : plain;
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** Where a target's URL is looked for: `SHOP_DATABASE_URL`. */
export function variableName(target: string): string {
  const name = `${target.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_DATABASE_URL`;
  return /^\d/.test(name) ? `_${name}` : name;
}

/**
 * The variable that has exactly this URL as its value, so that the configuration can name it: the target's own if
 * several have.
 */
export function variableWith(
  url: string,
  target: string,
  variables: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const others = Object.keys(variables).sort();
  return [variableName(target), "DATABASE_URL", ...others].find(
    (name) => variables[name] === url && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name),
  );
}
