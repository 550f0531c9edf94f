/** What there is to say about servers and simulations: a face of its own, for whoever shows records and captures none. */
export { describeServer, isPartial, isSameServer } from "./server-identity.ts";
export { countsText, listed, objectText } from "./simulate/simulation.ts";
