/** What there is to say about servers and simulations, without the data path behind it. */
export {
  countsText,
  describeServer,
  isPartial,
  isSameServer,
  listed,
  objectText,
} from "@custody/capture/postgres/words";
