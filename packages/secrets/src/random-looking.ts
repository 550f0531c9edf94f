/** Texts that stand where a secret will be: a variable, a blank, a word that says so. */
export function isStandIn(value: string): boolean {
  return (
    /^(?:\$[\w{(]|\{\{?|<|%[sdv({]|\*{2}|\.{3}|…|x{3}|#\{|@\{)/i.test(value) ||
    /^(?:your|my|some|the)[-_ ]|^(?:change[-_]?me|redacted|masked|hidden|example|placeholder|dummy|null|none|undefined|true|false|string|required|optional)\b/i.test(
      value,
    ) ||
    /^(?:password|passwd|pass|secret)$/i.test(value) ||
    /^(.)\1*$/s.test(value)
  );
}

/** What looks random, and is known to be none of the secrets: identifiers, dates, addresses, names of digests. */
function isHarmless(value: string): boolean {
  return (
    /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value) ||
    /^\d{4}-\d\d-\d\d(?:[T ]|$)/.test(value) ||
    /^(?:(?:scram-)?sha-?\d{1,3}|md5|blake\d\w?)(?:[-:=]|$)/i.test(value) ||
    /^(?:data|https?|file|urn|ws|wss|arn|blob):/i.test(value) ||
    /^[\d.,:+-]+$/.test(value)
  );
}

/**
 * Whether letters and digits alternate as they do in random text, and not in words, names of variables, dates and
 * versions. A word may begin with a capital, and end in a number.
 *
 * @param value - at most some hundred code units; the time is linear.
 */
export function looksRandom(value: string): boolean {
  // The cheapest first: most of what is looked at are words.
  const changes = value.length < 12 ? 0 : changesOf(value);
  if (changes < 3 || changes / value.length < (/[0-9]/.test(value) ? 0.15 : 0.25)) return false;
  return distinct(value) >= 6 && !isStandIn(value) && !isHarmless(value);
}

/** Whether a value that is called a password can be one: less than random, since people choose them. */
export function looksChosen(value: string): boolean {
  if (value.length < 8 || isStandIn(value) || isHarmless(value)) return false;
  if (looksRandom(value)) return true;
  return /[A-Za-z]/.test(value) && /[0-9!@#$%^&*?+~]/.test(value) && distinct(value) >= 5;
}

/** Whether it is rather a piece of a program than a text: `config.password`, `hash(input)`, `rows[0]`. */
export function looksLikeCode(value: string): boolean {
  if (/^[A-Za-z_$][\w$]*(?:\(|\[|\?\.|->|::)/.test(value)) return true;
  // The names before the first bracket, which are joined by points.
  const parts = (/^[^([]*/.exec(value)?.[0] ?? "").split(/\?\.|\./);
  return (
    parts.length > 1 && parts.every((part) => /^[A-Za-z_$][\w$]*[)\]};!]*$/.test(part) && !looksRandom(part))
  );
}

/** A name of a variable or a type, without the changes that random text has. */
export function looksLikeName(value: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(value) && !looksRandom(value);
}

/** How often, within a word, the kind of character changes; a capital before small letters is no change. */
function changesOf(value: string): number {
  let changes = 0;
  let before = OTHER;
  for (let at = 0; at < value.length; at += 1) {
    const now = kindOf(value.charCodeAt(at));
    if (now !== before && now !== OTHER && before !== OTHER && !(before === UPPER && now === LOWER))
      changes += 1;
    before = now;
  }
  return changes;
}

const OTHER = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;

function kindOf(code: number): number {
  if (code >= 97 && code <= 122) return LOWER;
  if (code >= 65 && code <= 90) return UPPER;
  return code >= 48 && code <= 57 ? DIGIT : OTHER;
}

function distinct(value: string): number {
  return new Set(value).size;
}
