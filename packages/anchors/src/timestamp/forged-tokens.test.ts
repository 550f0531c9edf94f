import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  FOR_TIMESTAMPS,
  type Issued,
  type IssueOptions,
  LocalAuthority,
  localAuthority,
  RSA,
} from "../../../../test/timestamps/authority.ts";
import { encode, encodeInteger, encodeOid, encodeSequence } from "../der/encode.ts";
import { contextTag, tags } from "../der/tags.ts";
import { AnchorError } from "../error.ts";
import { SHA256 } from "./algorithms.ts";
import { readRoots } from "./roots.ts";
import { verifyTimestamp } from "./verify-timestamp.ts";

const message = Buffer.from("log.example\n7\nroot\n\n— log.example signature\n");
const DAY_MS = 86_400_000;

/** TSTInfo as we want it, for tokens that no authority would give. */
function tstInfo(time: string = soon, version = 1n, ...more: readonly Buffer[]): Buffer {
  const digest = createHash("sha256").update(message).digest();
  const imprint = encodeSequence(
    encodeSequence(encodeOid(SHA256), encode(tags.null)),
    encode(tags.octetString, digest),
  );
  const genTime = encode(tags.generalizedTime, Buffer.from(time));
  const parts = [encodeInteger(version), encodeOid("1.2.3.4"), imprint, encodeInteger(77n), genTime, ...more];
  return encodeSequence(...parts);
}

/** Later than the certificates that are made for a test. */
const soon = when(3_600_000);

function when(offsetMs: number): string {
  return `${new Date(Date.now() + offsetMs).toISOString().replaceAll(/[-:T]|\..*/g, "")}Z`;
}

function extension(isCritical: boolean): Buffer {
  const critical = isCritical ? [encode(tags.boolean, Buffer.from([0xff]))] : [];
  const one = encodeSequence(encodeOid("1.2.3.9"), ...critical, encode(tags.octetString));
  return encode(contextTag(1), one);
}

function verdict(authority: LocalAuthority, timestamp: Buffer): string {
  const roots = readRoots(authority.rootText, "the roots");
  try {
    verifyTimestamp({ message, roots, timestamp });
  } catch (error) {
    if (error instanceof AnchorError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "believed";
}

type Forge = (authority: LocalAuthority) => Buffer;

const signedBy =
  (options: IssueOptions): Forge =>
  (authority) =>
    authority.forge(tstInfo(), authority.issue("forger", options));
const saying =
  (...parts: Parameters<typeof tstInfo>): Forge =>
  (authority) =>
    authority.forge(tstInfo(...parts), authority.signer);
const signedLike =
  (...options: readonly string[]): Forge =>
  (authority) =>
    authority.forge(tstInfo(), authority.signer, options);
const signedByRsa =
  (...options: readonly string[]): Forge =>
  (authority) =>
    authority.forge(tstInfo(), authority.issue("forger", { algorithm: RSA }), ["-cades", ...options]);
const usage = (...extensions: readonly string[]): Forge => signedBy({ extensions });

test.for<[name: string, forge: Forge]>([
  ["one that is as it should be", saying()],
  ["one with an extension that need not be understood", saying(soon, 1n, extension(false))],
  ["one with a fraction of a second", saying(soon.replace("Z", ".123Z"))],
  ["one whose certificate has no use of its key", usage("extendedKeyUsage=critical,timeStamping")],
  ["RSASSA-PSS", signedByRsa("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_mgf1_md:sha256")],
  ["a signer that is found by its key's identifier", signedLike("-cades", "-keyid")],
])("believes %s", ([name, forge], context) => {
  const authority = localAuthority(context);
  const token = forge(authority);
  expect(verdict(authority, token)).toBe("believed");
  // The part of openssl that verifies timestamps knows neither of these two, which newer authorities use.
  const isNewer = /PSS|identifier/.test(name);
  expect(authority.accepts(message, token, ["-token_in"])).toBe(!isNewer);
});

test.for<[name: string, forge: Forge, why: string]>([
  ["a certificate for no purpose", usage(), "does not say that it is for timestamps"],
  ["a certificate for code", usage("extendedKeyUsage=critical,codeSigning"), "not for timestamps alone"],
  [
    "a certificate for everything",
    usage("extendedKeyUsage=critical,timeStamping,codeSigning"),
    "not for timestamps alone",
  ],
  ["a purpose that is not critical", usage("extendedKeyUsage=timeStamping"), "not marked as critical"],
  [
    "a key that may encrypt",
    usage("extendedKeyUsage=critical,timeStamping", "keyUsage=digitalSignature,keyEncipherment"),
    "not for signatures alone",
  ],
  [
    "an extension that nobody knows",
    usage(...FOR_TIMESTAMPS, "1.2.3.4.5=critical,ASN1:NULL"),
    "must be understood, 1.2.3.4.5",
  ],
  ["a short key", signedBy({ algorithm: ["-newkey", "rsa:1024"] }), "kind that is not trusted"],
  [
    "a certificate that is signed with SHA-1",
    signedBy({ signing: ["-sha1"] }),
    "signed in a way that is not trusted",
  ],
  ["a certificate that had expired", saying(when(20 * DAY_MS)), "CN=local authority: it had expired at"],
  ["a certificate that came later", saying(when(-2 * DAY_MS)), "it was not valid yet, only from"],
  ["another version", saying(soon, 2n), "another version than 1"],
  ["an extension that must be understood", saying(soon, 1n, extension(true)), "understood, 1.2.3.9"],
  ["something behind its end", saying(soon, 1n, encode(tags.null)), "more in it than there may be"],
  ["a time that does not exist", saying("20260230120000Z"), "a time is malformed"],
  ["a time in another zone", saying("20260228120000+0100"), "a time is malformed"],
  ["no word on which certificate is meant", signedLike(), "does not say which certificate is meant"],
  ["SHA-1", signedLike("-cades", "-md", "sha1"), "hash that is not trusted, 1.3.14.3.2.26"],
  ["no signed attributes", signedLike("-noattr"), "EVIDENCE_MALFORMED"],
  [
    "RSASSA-PSS with another hash inside",
    signedByRsa("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_mgf1_md:sha1"),
    "signed in a way that is not trusted",
  ],
  [
    "another type of content",
    (authority) => authority.forge(tstInfo(), authority.signer, ["-cades"], "1.2.3.4.5"),
    "what is signed is no timestamp",
  ],
])("refuses %s", ([, forge, why], context) => {
  const authority = localAuthority(context);
  expect(verdict(authority, forge(authority))).toContain(why);
});

test("refuses two signers, of whom one would do", (context) => {
  const authority = localAuthority(context);
  const { certificate, key } = authority.issue("second");
  const more = ["-cades", "-signer", certificate, "-inkey", key];
  expect(verdict(authority, authority.forge(tstInfo(), authority.signer, more))).toContain(
    "more than one signer",
  );
});

test("refuses a certificate of the right authority with another key's signature", (context) => {
  const authority = localAuthority(context);
  const stranger = new LocalAuthority(context);
  const token = stranger.forge(tstInfo(), stranger.signer);
  expect(verdict(authority, token)).toMatch(/is not one that is trusted.*CN=local authority/);
  // The same name and number, and the stranger's key.
  const serial = ["-set_serial", "77"];
  const [ours, theirs] = [authority, stranger].map((each) => each.issue("forger", { signing: serial }));
  const mixed = stranger.forge(tstInfo(), theirs as Issued, [
    "-cades",
    "-nocerts",
    "-certfile",
    ours!.certificate,
  ]);
  expect(verdict(authority, mixed)).toContain("its signer means another certificate");
});

test("refuses another certificate for the same key in place of the one that was meant", (context) => {
  const authority = localAuthority(context);
  const request = authority.write("again.csr", "");
  authority.run([
    "req",
    "-new",
    "-key",
    authority.signer.key,
    "-out",
    request,
    "-subj",
    "/CN=another policy",
  ]);
  const second = authority.sign(request);
  const options = ["-cades", "-keyid", "-nocerts", "-certfile", second];
  const token = authority.forge(tstInfo(), authority.signer, options);
  expect(verdict(authority, token)).toContain("its signer means another certificate");
});

const CA = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"];

test.for<[name: string, extensions: readonly string[], why: string]>([
  ["may not issue", ["basicConstraints=critical,CA:FALSE"], "it may not issue certificates"],
  ["does not say that it may issue", [], "it may not issue certificates"],
  ["is for web servers", [...CA, "extendedKeyUsage=serverAuth"], "another purpose than timestamps"],
  [
    "has limits that we do not look at",
    [...CA, "nameConstraints=critical,permitted;DNS:a"],
    "must be understood",
  ],
])("refuses a signer below an authority that %s", ([, extensions, why], context) => {
  const authority = localAuthority(context);
  const between = authority.issue("between", { extensions });
  const below = authority.issue("below", { issuer: between });
  const token = authority.forge(tstInfo(), below, ["-cades", "-certfile", between.certificate]);
  expect(verdict(authority, token)).toContain(why);
});

test("refuses a way to the root that is longer than an authority on it allows, or than we walk", (context) => {
  const authority = localAuthority(context);
  const below = (extensions: readonly string[], ...names: readonly string[]) => {
    const issued: Issued[] = [];
    for (const name of names) {
      const [issuer = authority.root] = issued;
      issued.unshift(authority.issue(name, { extensions: issued.length === 0 ? extensions : CA, issuer }));
    }
    const signer = authority.issue("signer", { issuer: issued[0] as Issued });
    const all = authority.write(
      "all.pem",
      issued.map(({ certificate }) => readFileSync(certificate, "utf8")).join(""),
    );
    return verdict(authority, authority.forge(tstInfo(), signer, ["-cades", "-certfile", all]));
  };
  expect(below(CA, "one", "two")).toBe("believed");
  expect(below(["basicConstraints=critical,CA:TRUE,pathlen:0", CA[1] as string], "one", "two")).toContain(
    "may not issue certificates that issue others",
  );
  expect(below(CA, "one", "two", "three", "four", "five")).toBe("believed");
  expect(below(CA, "one", "two", "three", "four", "five", "six")).toContain("is too long");
});
