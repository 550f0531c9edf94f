import { AnchorError } from "../error.ts";
import { schemeOf } from "./algorithms.ts";
import type { Certificate } from "./certificate.ts";
import { whyNotAuthority } from "./purpose.ts";
import { whyNotKey } from "./signature.ts";

/** Certificates between the signer's and a root. Authorities have one or two. */
const BETWEEN_MAX = 5;
/** How many signatures are tried. More come only from somebody who wants to make us work. */
const TRIES_MAX = 50;

/**
 * Finds a way from the signer's certificate to one that we trust, all of which were valid at that time; throws when
 * there is none. Whether one of them was revoked is not looked at.
 *
 * @throws AnchorError EVIDENCE_UNTRUSTED
 */
export function verifyChain(
  signer: Certificate,
  others: readonly Certificate[],
  roots: readonly Certificate[],
  timeMs: number,
): void {
  const search = new Search(others, roots, timeMs);
  if (search.leadsToRoot(signer, 0)) return;
  throw new AnchorError("EVIDENCE_UNTRUSTED", `The authority is not one that is trusted: ${search.why}`);
}

class Search {
  /** The reason that came nearest to a root. */
  why = "";
  readonly #others: readonly Certificate[];
  readonly #roots: readonly Certificate[];
  readonly #timeMs: number;
  #tries = 0;

  constructor(others: readonly Certificate[], roots: readonly Certificate[], timeMs: number) {
    this.#others = others;
    this.#roots = roots;
    this.#timeMs = timeMs;
  }

  /** `below`: how many authorities stand under this certificate. */
  leadsToRoot(certificate: Certificate, below: number): boolean {
    const why = this.#whyNotValid(certificate);
    if (why !== undefined) return this.#fail(certificate, why);
    if (this.#roots.some(({ bytes }) => bytes.equals(certificate.bytes))) return true;
    if (below > BETWEEN_MAX) return this.#fail(certificate, "the way from it to a root is too long");
    const issuers = [...this.#roots, ...this.#others].filter((each) => isIssuer(each, certificate));
    if (issuers.length === 0) this.#fail(certificate, "none of the roots has issued it");
    return issuers.some((issuer) => {
      const reason = whyNotAuthority(issuer, below);
      if (reason !== undefined) return this.#fail(issuer, reason);
      return this.#hasSigned(issuer, certificate) && this.leadsToRoot(issuer, below + 1);
    });
  }

  #whyNotValid({ notAfterMs, notBeforeMs, x509 }: Certificate): string | undefined {
    if (this.#timeMs < notBeforeMs) return `it was not valid yet, only from ${x509.validFrom}`;
    if (this.#timeMs > notAfterMs) return `it had expired at ${x509.validTo}`;
    return whyNotKey(x509.publicKey);
  }

  #hasSigned(issuer: Certificate, certificate: Certificate): boolean {
    this.#tries += 1;
    if (this.#tries > TRIES_MAX) return this.#fail(certificate, "there are too many ways to a root");
    if (schemeOf(certificate.signatureAlgorithm)?.hash === undefined)
      return this.#fail(
        certificate,
        `it is signed in a way that is not trusted, ${certificate.signatureAlgorithm.oid}`,
      );
    if (certificate.x509.verify(issuer.x509.publicKey)) return true;
    return this.#fail(certificate, "the signature on it is wrong");
  }

  #fail({ x509 }: Certificate, why: string): false {
    this.why = `the certificate of ${x509.subject.replaceAll("\n", ", ")}: ${why}`;
    return false;
  }
}

/** By name, and by the key's identifier where both have one, as OpenSSL looks at it. */
function isIssuer(issuer: Certificate, certificate: Certificate): boolean {
  return issuer !== certificate && certificate.x509.checkIssued(issuer.x509);
}
