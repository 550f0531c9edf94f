import { inStandingOrder, type StandingPlace } from "./standing-place.ts";

/** Keeps the first of many places in their order, without sorting all of them. */
export class FirstPlaces<Item extends { readonly place: StandingPlace }> {
  readonly #count: number;
  readonly #after: StandingPlace | undefined;
  #first: Item[] = [];
  /** What has a smaller share stands behind all that are kept. */
  #leastShare = Number.NEGATIVE_INFINITY;

  /** The first `count` of those behind `after`. */
  constructor(count: number, after: StandingPlace | undefined) {
    this.#count = count;
    this.#after = after;
  }

  /** Whether something with this share may be among them: asked before anything else is found out about it. */
  hasRoomFor(share: number): boolean {
    return share >= this.#leastShare && (this.#after === undefined || share <= this.#after.share);
  }

  add(item: Item): void {
    if (this.#after !== undefined && inStandingOrder(item.place, this.#after) <= 0) return;
    this.#first.push(item);
    if (this.#first.length < 2 * this.#count) return;
    this.#first = this.take();
    this.#leastShare = this.#first.at(-1)?.place.share ?? this.#leastShare;
  }

  take(): Item[] {
    return this.#first.sort((a, b) => inStandingOrder(a.place, b.place)).slice(0, this.#count);
  }
}
