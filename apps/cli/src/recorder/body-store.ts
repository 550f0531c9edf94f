import { rfc3339, type StoredBody } from "@custody/domain";
import { formatBlobReference, type Ledger } from "@custody/ledger";
import type { Scopes } from "./scope.ts";

export interface Body {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** What it is to the record that names it. */
  readonly role: string;
}

/** Stores large bodies in the ledger, under the keys of the sessions that they belong to, so that they go with them. */
export class BodyStore {
  readonly #ledger: Pick<Ledger, "putBlob">;
  readonly #scopes: Scopes;
  readonly #nowUs: () => number;

  constructor(ledger: Pick<Ledger, "putBlob">, scopes: Scopes, nowUs: () => number) {
    this.#ledger = ledger;
    this.#scopes = scopes;
    this.#nowUs = nowUs;
  }

  /** Resolves once it is durable. @throws LedgerError */
  async put(
    owner: { readonly project: string; readonly session: string; readonly type: string },
    { bytes, mediaType, role }: Body,
  ): Promise<StoredBody> {
    const scope = this.#scopes.of({ ...owner, level: "info", time: rfc3339(this.#nowUs()) });
    const reference = await this.#ledger.putBlob(scope, bytes);
    return { digest: formatBlobReference(reference), mediaType, role, size: bytes.length };
  }
}
