import type { ProviderKind } from "@custody/capture/llm";
import type { Environment } from "@custody/domain";

/** Where agents reach models, and where those are. */
export interface ModelsOptions {
  /** Where agents connect; port 0 takes a free one. */
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly environment: Environment;
  /** What may work on at a provider's, e.g. `web_search`, `batches`. */
  readonly allow: readonly string[];
  readonly providers: readonly ProviderOptions[];
}

export interface ProviderOptions {
  readonly kind: ProviderKind;
  /** Where its API begins, e.g. `https://api.anthropic.com`. */
  readonly upstream: string;
  /** Held by the gateway. Without it each agent's own key passes through. */
  readonly key?: string;
}

/** Models that can be reached. */
export interface ListeningModels {
  readonly listen: string;
  readonly isTls: boolean;
  readonly providers: readonly { readonly kind: ProviderKind; readonly isKeyHeld: boolean }[];
}
