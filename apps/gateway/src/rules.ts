/** Rules, and what texts do, without the data path: a face of its own for whoever checks and explains. */
export { openClassifier } from "./classify-text.ts";
export { type GatewayPolicy, loadPolicy } from "./policy.ts";
