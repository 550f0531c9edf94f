/** The names of an object's members in canonical order, each with its text: the quoted name and a colon. */
export interface MemberOrder {
  readonly labels: readonly string[];
  readonly names: readonly string[];
}

interface KnownOrder extends MemberOrder {
  /** The names in the order in which the object has them. */
  readonly given: readonly string[];
}

/**
 * The orders are kept, because records of one type have the same members in the same order, and sorting and quoting
 * them is most of the work of encoding. Names can come from strangers (the columns of a table), so what is kept is
 * bounded: objects of up to 64 members, a few orders for each first name and count, a thousand of those.
 */
const MEMBERS_MAX = 64;
const ORDERS_PER_BUCKET_MAX = 8;
const BUCKETS_MAX = 1024;

const buckets = new Map<string, KnownOrder[]>();

/** Sorts `given` by UTF-16 code units, which is what RFC 8785, section 3.2.3, asks and what `sort` does. */
export function memberOrder(given: readonly string[], quote: (name: string) => string): MemberOrder {
  if (given.length === 0 || given.length > MEMBERS_MAX) return sortMembers(given, quote);
  const bucket = bucketOf(`${given.length}${given[0]}`);
  for (const known of bucket) if (isSameList(known.given, given)) return known;

  const order = { given, ...sortMembers(given, quote) };
  if (bucket.length === ORDERS_PER_BUCKET_MAX) bucket.shift();
  bucket.push(order);
  return order;
}

function sortMembers(given: readonly string[], quote: (name: string) => string): MemberOrder {
  const names = given.toSorted();
  return { labels: names.map((name) => `${quote(name)}:`), names };
}

function bucketOf(key: string): KnownOrder[] {
  const known = buckets.get(key);
  if (known !== undefined) return known;
  // Starting over is crude and cheap. What is in use comes back within one record.
  if (buckets.size === BUCKETS_MAX) buckets.clear();
  const bucket: KnownOrder[] = [];
  buckets.set(key, bucket);
  return bucket;
}

/** Comparing is fast: the engine keeps one copy of each name, so equal names are the same pointer. */
function isSameList(known: readonly string[], given: readonly string[]): boolean {
  if (known.length !== given.length) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== given[i]) return false;
  return true;
}
