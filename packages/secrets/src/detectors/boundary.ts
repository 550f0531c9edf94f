/**
 * Whether a word can begin here: after nothing, after what is no letter and no digit, or after an escape that stands
 * for such a thing (`\n` and `\u001b[31m` in JSON, `%20` in an address, a colour in a terminal's output).
 */
export function isWordStart(text: string, at: number): boolean {
  if (at === 0 || !isAlphanumeric(text.charCodeAt(at - 1))) return true;
  return /(?:\\[nrtbfv0]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|%[0-9a-fA-F]{2}|(?:\x1b|\\u001[bB]|\\x1[bB]|\\e|\\033)\[[0-9;]*[A-Za-z])$/.test(
    text.slice(Math.max(0, at - 24), at),
  );
}

function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
