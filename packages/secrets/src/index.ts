export { findSecrets } from "./find-secrets.ts";
export type { FoundSecret } from "./found-secret.ts";
export { Redactor } from "./redactor.ts";
export { StreamRedactor } from "./stream-redactor.ts";
