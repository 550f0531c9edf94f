import { AnchorError } from "../error.ts";
import { type Certificate, readCertificate } from "./certificate.ts";

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/**
 * Certificates in PEM: authorities that are trusted to say what time it is. `name` says in errors where they come from.
 *
 * @throws AnchorError PLACE_SETTING_INVALID
 */
export function readRoots(pem: string, name: string): Certificate[] {
  const blocks = [...pem.matchAll(BLOCK)].map(([, base64 = ""]) => Buffer.from(base64, "base64"));
  const begun = pem.split("-----BEGIN ").length - 1;
  if (blocks.length === 0 || blocks.length !== begun)
    throw new AnchorError("PLACE_SETTING_INVALID", `${name} must hold certificates in PEM, and nothing else`);
  return blocks.map((bytes, at) => {
    try {
      return readCertificate(bytes);
    } catch (cause) {
      throw new AnchorError("PLACE_SETTING_INVALID", `Certificate ${at + 1} in ${name} cannot be read`, {
        cause,
      });
    }
  });
}
