/** What stands in a secret's place: `[secret:<kind>:<12 hex digits>]`. */
const mark = /\[secret:[A-Za-z0-9_.-]{1,64}:[0-9a-f]{12}\]/y;
const MARK_LENGTH_MAX = "[secret:".length + 64 + ":".length + 12 + "]".length;

/** @param digest - the first twelve hexadecimal digits of a keyed hash, the same for the same secret. */
export function formatMark(kind: string, digest: string): string {
  return `[secret:${kind}:${digest}]`;
}

/** A name as part of a mark: what a mark cannot hold becomes `_`. */
export function asKind(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, "_").slice(0, 64) || "known";
}

/** Whether the place is within a mark, which is no secret any more, whatever its words look like. */
export function isInMark(text: string, at: number): boolean {
  const from = Math.max(0, at - MARK_LENGTH_MAX);
  const start = text.slice(from, at + 1).lastIndexOf("[");
  if (start === -1) return false;
  mark.lastIndex = from + start;
  return mark.test(text) && at < mark.lastIndex;
}

/** Whether the text is one mark and nothing else. */
export function isMark(text: string): boolean {
  mark.lastIndex = 0;
  return mark.test(text) && mark.lastIndex === text.length;
}

/** Where the text goes on after the marks that stand here, or here when none does. */
export function afterMarks(text: string, at: number): number {
  let until = at;
  for (mark.lastIndex = at; mark.test(text); ) until = mark.lastIndex;
  return until;
}
