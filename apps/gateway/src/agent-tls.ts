import { constants } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { AgentTls } from "@custody/capture/postgres";

/** Gets certificate and key, in PEM, ready to serve. Throws what OpenSSL says of them. */
export function agentTls(files: {
  readonly certificate: string;
  readonly key: string;
  readonly isRequired: boolean;
}): AgentTls {
  const secureContext = createSecureContext({
    cert: files.certificate,
    key: files.key,
    minVersion: "TLSv1.2",
    // A client may ask for a new handshake again and again, and each costs us more than it. PostgreSQL has none either.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  });
  return { isRequired: files.isRequired, secureContext };
}
