import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { localAuthority } from "../../../../test/timestamps/authority.ts";
import { readRoots } from "./roots.ts";

test("every certificate of a bundle is read, and each must be one", (context) => {
  const { rootText, signer } = localAuthority(context);
  const two = `${rootText}\n# another\n${readFileSync(signer.certificate, "utf8")}`;
  expect(readRoots(two, "roots.pem")).toHaveLength(2);
  const broken = two.replace(/MII/, "MIA");
  expect(() => readRoots(broken, "roots.pem")).toThrow("Certificate 1 in roots.pem cannot be read");
});

test.for([
  ["nothing", ""],
  ["a key", "-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n"],
  ["a cut certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n"],
])("%s is no root", ([, text]) => {
  expect(() => readRoots(text as string, "roots.pem")).toThrow(
    expect.objectContaining({
      code: "PLACE_SETTING_INVALID",
      message: expect.stringContaining("roots.pem must hold"),
    }),
  );
});

test("the roots of the system can all be read", (context) => {
  const bundle = "/etc/ssl/certs/ca-certificates.crt";
  if (!existsSync(bundle)) return context.skip(`${bundle} is not there`);
  expect(readRoots(readFileSync(bundle, "utf8"), bundle).length).toBeGreaterThan(20);
});
