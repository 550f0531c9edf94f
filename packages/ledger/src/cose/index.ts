/** Receipts in the form of RFC 9942, checked without Node as well. Start reading at `cose-receipt.ts`. */
export type { CoseReceipt, CoseSigned } from "./cose-receipt.ts";
export { formatCoseReceipt, isCoseReceipt, parseCoseReceipt } from "./cose-receipt.ts";
export type { CoseClaim } from "./verify-cose-receipt.ts";
export { verifyCoseReceipt } from "./verify-cose-receipt.ts";
