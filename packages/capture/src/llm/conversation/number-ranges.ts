/** Numbers in few words: `0-57,60`. A conversation's blocks are mostly those of the request before, and a few more. */
export function formatRanges(numbers: readonly number[]): string {
  const ranges: string[] = [];
  for (let at = 0; at < numbers.length; ) {
    const from = numbers[at] as number;
    let to = from;
    at += 1;
    while (numbers[at] === to + 1) {
      to += 1;
      at += 1;
    }
    ranges.push(to === from ? String(from) : `${from}-${to}`);
  }
  return ranges.join(",");
}

/** @throws RangeError when the text is not what `formatRanges` writes */
export function parseRanges(text: string): number[] {
  if (text === "") return [];
  return text.split(",").flatMap((range) => {
    const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range) ?? [];
    if (first === undefined) throw new RangeError(`${range} is no range of numbers`);
    const from = Number(first);
    const length = Number(last) - from + 1;
    if (length < 1 || length > 1_000_000) throw new RangeError(`${range} is no range of numbers`);
    return Array.from({ length }, (_, at) => from + at);
  });
}
