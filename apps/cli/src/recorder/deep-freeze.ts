/**
 * Freezes a value all the way down. The encoder remembers the text of such a value, so what many records share (the
 * actor, the target, a decision) is encoded once.
 */
export function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
}
