import type * as Age from "age-encryption";

/** Its curves take a tenth of a second to load, and most commands of most people never need them. */
export function loadAge(): Promise<typeof Age> {
  return import("age-encryption");
}
