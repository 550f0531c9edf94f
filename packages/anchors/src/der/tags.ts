/** The types of values that timestamps and certificates are made of, by their tags (X.680, section 8). */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** `[number]` of a structure, which holds other values. */
export function contextTag(number: number): number {
  return 0xa0 + number;
}

/** `[number] IMPLICIT` in place of a type that holds no other values. */
export function primitiveContextTag(number: number): number {
  return 0x80 + number;
}
