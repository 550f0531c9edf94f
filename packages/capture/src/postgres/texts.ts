/** What statements do, as far as their text tells: a face of its own, for whoever asks about texts and no database. */
export { classify, loadParser } from "./classify/classify.ts";
