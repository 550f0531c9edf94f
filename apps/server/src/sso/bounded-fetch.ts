import type { CustomFetch } from "openid-client";

/** Metadata, keys and tokens have a few KiB. */
const ANSWER_BYTES_MAX = 1024 * 1024;

/** `fetch`, which gives up on an answer that does not end: a provider's mistake must not fill our memory. */
export const boundedFetch: CustomFetch = async (url, { body, ...options }) => {
  const answer = await fetch(url, {
    ...options,
    ...(body === undefined ? undefined : { body: body as string }),
  });
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw new TypeError("the answer is too long");
    parts.push(part);
  }
  const { headers, status, statusText } = answer;
  // A body is not even empty where the status allows none.
  const text = bytes === 0 ? null : Buffer.concat(parts);
  return new Response(text, { headers, status, statusText });
};
