/** `ignoreBOM` means that a byte order mark is kept as a character. Otherwise three extra bytes would go unseen. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text, or `undefined` when the bytes are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text of something that came as either. A string that has no UTF-8 form (a lone surrogate in it) is `undefined`. */
export function textOf(textOrBytes: string | Uint8Array): string | undefined {
  if (typeof textOrBytes !== "string") return decodeUtf8(textOrBytes);
  return /\p{Surrogate}/u.test(textOrBytes) ? undefined : textOrBytes;
}
