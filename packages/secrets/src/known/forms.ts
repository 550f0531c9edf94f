const base64Alphabets = [
  (text: string) => text,
  (text: string) => text.replace(/\+/g, "-").replace(/\//g, "_"),
];

/** How short a value, or one of its forms, is not looked for: it would be found in too much that is no secret. */
export const KNOWN_LENGTH_MIN = 8;

/** A value as it may be written: plain, in an address, in JSON, with a terminal's line ends, and within base64. */
export function formsOf(value: string): readonly string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  const forms = [
    value,
    value.trim(),
    value.replace(/\r?\n/g, "\r\n"),
    encodeInAddress(value),
    encodeInAddress(value).replace(/%20/g, "+"),
    encodeInAddress(value).replace(/%[0-9A-F]{2}/g, (each) => each.toLowerCase()),
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    inJson.replace(/\//g, "\\/"),
    ...base64FormsOf(value),
  ];
  return [...new Set(forms)].filter(({ length }) => length >= KNOWN_LENGTH_MIN);
}

/** Half of a pair that stands for one character is nothing that an address can have: it becomes U+FFFD. */
function encodeInAddress(value: string): string {
  return encodeURIComponent(new TextDecoder().decode(new TextEncoder().encode(value)));
}

/**
 * In base64 three bytes are four digits, so a value within a longer text looks different by where it begins. Digits
 * that also depend on what stands beside it are left out.
 */
function base64FormsOf(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  return [0, 1, 2].flatMap((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const digits = btoa(Array.from(padded, (byte) => String.fromCharCode(byte)).join("")).replace(/=+$/, "");
    const from = Math.ceil((before * 8) / 6);
    const until = Math.floor((padded.length * 8) / 6);
    return base64Alphabets.map((inAlphabet) => inAlphabet(digits.slice(from, until)));
  });
}
