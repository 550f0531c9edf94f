const UNITS: Readonly<Record<string, number>> = { B: 1, GiB: 1024 ** 3, KiB: 1024, MiB: 1024 ** 2 };

/** Reads `16MiB`, `512KiB`, `1GiB`, `1000B`, or a bare number of bytes; undefined when it is something else. */
export function parseByteSize(text: string | number): number | undefined {
  const [, digits, unit = "B"] = /^(\d{1,12})\s*(B|KiB|MiB|GiB)?$/.exec(String(text)) ?? [];
  return digits === undefined ? undefined : Number(digits) * (UNITS[unit] as number);
}
