export { PRICE_DIGITS } from "./exact-sum.ts";
export {
  createPrices,
  type OwnPrice,
  type Price,
  type PricedTokens,
  type Prices,
  type TokensAtMost,
} from "./prices.ts";
