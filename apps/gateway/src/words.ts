/** What there is to say about servers and simulations, without the data path behind it. */
export {
  countsText,
  describeServer,
  isPartial,
  isSameServer,
  objectText,
} from "@custody/capture/postgres/words";
