import { createCipheriv } from "node:crypto";

/** Bytes without any order that only depend on the seed. They do not compress. */
export function bytesFrom(seed: number, size: number): Buffer {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(seed >>> 0, 0);
  return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** Text of a few dozen words that only depends on the seed. It compresses well. */
export function textFrom(seed: number, size: number): Buffer {
  const words =
    "the agent asked for all orders of a customer and deleted those that were older than it thought".split(
      " ",
    );
  const random = bytesFrom(seed, size);
  const text: string[] = [];
  for (let at = 0, length = 0; length < size; at += 1) {
    const word = words[(random[at] as number) % words.length] as string;
    text.push(word);
    length += word.length + 1;
  }
  return Buffer.from(text.join(" ")).subarray(0, size);
}
