import { type JsonObject, objectOf } from "../json-value.ts";

/**
 * The members of an object by their camelCase names, without those that are null: JSON for protocol buffers may spell each
 * member as the interface does or as its definition does (https://protobuf.dev/programming-guides/json/).
 *
 * @throws TypeError when one member stands there in both spellings: which of them counts, only the provider knows
 */
export function membersOf(value: unknown): JsonObject {
  const members = new Map<string, unknown>();
  for (const [spelled, member] of Object.entries(objectOf(value))) {
    const name = camelCase(spelled);
    if (members.has(name)) throw new TypeError(`${name} stands there in two spellings`);
    members.set(name, member);
  }
  return Object.fromEntries([...members].filter(([, member]) => member !== null));
}

/** The provider takes an object where a list is meant for a list of one. */
export function repeatedOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null ? [value] : [];
}

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function camelCase(name: string): string {
  return name.replace(
    /([a-z0-9])_+([a-z0-9])/gi,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}
