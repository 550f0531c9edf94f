const format = new Intl.NumberFormat("en");

/** A number as people write it. */
export function countText(count: number): string {
  return format.format(count);
}
