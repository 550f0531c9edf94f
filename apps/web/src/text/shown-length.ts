const FIRST_CHARACTERS = 8_000;
const GROWTH = 4;

/** How much of a text is shown after so many requests for more: each shows four times as much, never half a character. */
export function shownLength(text: string, chunks: number): number {
  const length = FIRST_CHARACTERS * GROWTH ** (chunks - 1);
  if (length >= text.length) return text.length;
  const isPair =
    /[\ud800-\udbff]/.test(text[length - 1] as string) && /[\udc00-\udfff]/.test(text[length] as string);
  return isPair ? length - 1 : length;
}
