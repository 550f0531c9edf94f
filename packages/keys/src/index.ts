export { openAgeSealer } from "./age/age-sealer.ts";
export type { KeysErrorCode } from "./error.ts";
export { KeysError } from "./error.ts";
export { kmsSealer } from "./kms/kms-sealer.ts";
export type { RecoveryCopy } from "./recovery/copy-text.ts";
export { checkRecipients, openRecoveryCopy, sealRecoveryCopy } from "./recovery/recovery-copy.ts";
export { vaultSealer } from "./vault/vault-sealer.ts";
