/**
 * Standard base64 with padding (RFC 4648, section 4), and only the one text that a sequence of bytes has. The decoders
 * of the platforms forgive white space, missing padding and bits that are set in it, so that two texts can mean the same
 * bytes. Then a changed byte in a proof could go unseen.
 */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const INVALID = 255;

const values = new Uint8Array(128).fill(INVALID);
for (let value = 0; value < ALPHABET.length; value++) values[ALPHABET.charCodeAt(value)] = value;

export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]!;
    text += left > 1 ? ALPHABET[(group >> 6) & 63]! : "=";
    text += left > 2 ? ALPHABET[group & 63]! : "=";
  }
  return text;
}

/** The bytes, or `undefined` when `text` is not the encoding of any. The caller knows which error that is. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let position = 0;
  for (let i = 0; i < text.length; i += 4) {
    const missing = i + 4 === text.length ? padding : 0;
    const group = decodeGroup(text, i, 4 - missing);
    // Bits that lie behind the last byte must not be set, or another text would mean the same bytes.
    if (group === undefined || (missing > 0 && group % (1 << (8 * missing)) !== 0)) return undefined;
    for (let byte = 0; byte < 3 - missing; byte++) bytes[position++] = group >> (16 - 8 * byte);
  }
  return bytes;
}

/** Four characters are three bytes; characters that padding stands for count as zero. */
function decodeGroup(text: string, offset: number, characters: number): number | undefined {
  let group = 0;
  for (let i = 0; i < 4; i++) {
    const value = i < characters ? (values[text.charCodeAt(offset + i)] ?? INVALID) : 0;
    if (value === INVALID) return undefined;
    group = (group << 6) | value;
  }
  return group;
}
