import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { tlsServerEndPoint, WireError } from "./index.ts";

/** Self-signed certificates that OpenSSL made; nobody has their keys any more. */
const certificates = {
  ecdsaSha384:
    "MIIBcDCCARWgAwIBAgIUNqKYUdnE/dHjwvoYHlXxko977AAwCgYIKoZIzj0EAwMwDDEKMAgGA1UEAwwBYTAgFw0yNjExMjAyMDE1" +
    "MjNaGA8yMTI2MTAyNzIwMTUyM1owDDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABG2Ikt1STXDhunanFqYR" +
    "HwGkZtCaaMEXCO1B0niQt2viMY7B0jJ7yWPz7BMjwRZWjANm3oMj4rF6+YXI0qg6mZmjUzBRMB0GA1UdDgQWBBRAQD6w5nHgckYo" +
    "oRsfB9fG9aPtijAfBgNVHSMEGDAWgBRAQD6w5nHgckYooRsfB9fG9aPtijAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMDA0kA" +
    "MEYCIQCSMhcJJlDywRmpQNiSKTlAdDTnj0O1D3pliz3QTKNlZAIhAKHmTZHjiWcRvsKLNpvdGVtYak+gFKFC9YlgBt6MMVTA",
  ed25519:
    "MIIBLjCB4aADAgECAhQC7S5ecNORDnGD68uIoXZn119LYDAFBgMrZXAwDDEKMAgGA1UEAwwBYTAgFw0yNjExMjAyMDE1MjNaGA8y" +
    "MTI2MTAyNzIwMTUyM1owDDEKMAgGA1UEAwwBYTAqMAUGAytlcAMhAJO61x9EyhEj+E6qDm/VJlzWHJP742e1fGROuTVwo9Wpo1Mw" +
    "UTAdBgNVHQ4EFgQUJMeObXjpcRX6AOyFpr4uTKZRf0MwHwYDVR0jBBgwFoAUJMeObXjpcRX6AOyFpr4uTKZRf0MwDwYDVR0TAQH/" +
    "BAUwAwEB/zAFBgMrZXADQQAukfRO5EvLw5DZGf9cmyRqKYeQl0P8UoZjLA1Q3UATz98OzblgwB/RWdcmwmgWwryDFqe0K2r6XfIw" +
    "f3zsu+4H",
  pssSha512:
    "MIICXDCCAZGgAwIBAgIUbg5kKM4dwgJzmuF3n0+k2acKVOUwQQYJKoZIhvcNAQEKMDSgDzANBglghkgBZQMEAgMFAKEcMBoGCSqG" +
    "SIb3DQEBCDANBglghkgBZQMEAgMFAKIDAgE+MAwxCjAIBgNVBAMMAWEwIBcNMjYxMTIwMjAxNTIzWhgPMjEyNjEwMjcyMDE1MjNa" +
    "MAwxCjAIBgNVBAMMAWEwgZ0wCwYJKoZIhvcNAQEKA4GNADCBiQKBgQDK3WjKvVn+0Wb8KUMrRPXXvJz6j2/+U8RfY3QYID0OPm7E" +
    "wOtDUMcxWY0bSM3zz6Y7ocnpyqAQoBsENwZvYZmLZVCLiJ0/ENbQuLLc+9XB9BcLSH/GDzJv090pCcRmljmGcqvErPcjDJ0MtjXl" +
    "Pi8AdTFeNDrgJeD6a3cZZYzFTwIDAQABo1MwUTAdBgNVHQ4EFgQUMmxyPLYff06WHzhRqSDPasA392EwHwYDVR0jBBgwFoAUMmxy" +
    "PLYff06WHzhRqSDPasA392EwDwYDVR0TAQH/BAUwAwEB/zBBBgkqhkiG9w0BAQowNKAPMA0GCWCGSAFlAwQCAwUAoRwwGgYJKoZI" +
    "hvcNAQEIMA0GCWCGSAFlAwQCAwUAogMCAT4DgYEAhg4rh0llICkazc2NY73vYuATKoG8aeMngMkJ8YsAdExveLZanXkcMJDGCbY3" +
    "URR+TJCneS4DVMkKAJ+Pn3nKqtsN8JEOrPeIiRw3/U3n0WrLlV4+rofqAoBkKCuOuDK2oo4fsGdqkdiQOPj/fQS9DVDJyfJQHBr7" +
    "sbPPITd0a2U=",
};

const bytesOf = (name: keyof typeof certificates) => Buffer.from(certificates[name], "base64");
const digest = (hash: string, bytes: Buffer) => createHash(hash).update(bytes).digest("hex");

/** The DER of the identifier of a signature's algorithm; it stands in a certificate twice, and the last one counts. */
function withAlgorithm(identifier: string): Buffer {
  const bytes = bytesOf("ecdsaSha384");
  const at = bytes.lastIndexOf(Buffer.from("2a8648ce3d040303", "hex"));
  const changed = Buffer.from(bytes);
  changed.write(identifier, at, "hex");
  return changed;
}

it("hashes a certificate as its signature does", () => {
  expect(tlsServerEndPoint(bytesOf("ecdsaSha384"))?.toString("hex")).toBe(
    digest("sha384", bytesOf("ecdsaSha384")),
  );
  expect(tlsServerEndPoint(bytesOf("pssSha512"))?.toString("hex")).toBe(
    digest("sha512", bytesOf("pssSha512")),
  );
});

it.each([
  ["2a8648ce3d040301", "sha224"],
  ["2a8648ce3d040302", "sha256"],
  ["2a8648ce3d040304", "sha512"],
])("knows ECDSA by its identifier %s: %s", (identifier, hash) => {
  const changed = withAlgorithm(identifier);
  expect(tlsServerEndPoint(changed)?.toString("hex")).toBe(digest(hash, changed));
});

it("has nothing to bind to when the signature names no hash", () => {
  expect(tlsServerEndPoint(bytesOf("ed25519"))).toBeUndefined();
  expect(tlsServerEndPoint(withAlgorithm("2a8648ce3d0403ff"))).toBeUndefined();
});

it("refuses what is no certificate, wherever it ends", () => {
  const bytes = bytesOf("pssSha512");
  for (let end = 0; end < bytes.length; end += 1) {
    const cut = bytes.subarray(0, end);
    expect(() => tlsServerEndPoint(cut)).toThrow(WireError);
  }
  for (const hex of ["", "30", "3080", "3085ffffffffff", "30020500", "ffffffff"])
    expect(() => tlsServerEndPoint(Buffer.from(hex, "hex"))).toThrow(WireError);
});
