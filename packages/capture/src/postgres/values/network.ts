const version4 = 2;
const version6 = 3;

/** Family, bits of the mask, whether it is a network, size, address (network_send in PostgreSQL's network.c). */
export function decodeInet(bytes: Buffer): string | undefined {
  return formatNetwork(bytes, false);
}

/** A network always shows its mask; a host only if it has one. */
export function decodeCidr(bytes: Buffer): string | undefined {
  return formatNetwork(bytes, true);
}

function formatNetwork(bytes: Buffer, isNetwork: boolean): string | undefined {
  const [family, bits = 0, , size] = bytes;
  const expected = family === version4 ? 4 : family === version6 ? 16 : -1;
  if (size !== expected || bytes.length !== 4 + expected || bits > 8 * expected) return undefined;
  const address = bytes.subarray(4);
  const text = family === version4 ? formatVersion4(address) : formatVersion6(address);
  return isNetwork || bits < 8 * expected ? `${text}/${bits}` : text;
}

function formatVersion4(address: Buffer): string {
  return [...address].join(".");
}

/** The first of the longest runs of zero words is left out; an embedded IPv4 address keeps its dots. */
function formatVersion6(address: Buffer): string {
  const words = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(2 * index));
  const { start, length } = longestZeroRun(words);
  const isEmbedded = start === 0 && (length === 6 || (length === 5 && words[5] === 0xffff));
  const shown = words.map((word) => word.toString(16));
  if (isEmbedded) shown.splice(6, 2, formatVersion4(address.subarray(12)));
  if (length < 2) return shown.join(":");
  return `${shown.slice(0, start).join(":")}::${shown.slice(start + length).join(":")}`;
}

function longestZeroRun(words: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < words.length; start += 1) {
    let length = 0;
    while (words[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** Six or eight bytes. */
export function decodeMacaddr(size: 6 | 8): (bytes: Buffer) => string | undefined {
  return (bytes) => (bytes.length === size ? bytes.toString("hex").replace(/..(?=.)/g, "$&:") : undefined);
}
