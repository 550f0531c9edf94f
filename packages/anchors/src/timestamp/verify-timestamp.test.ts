import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LocalAuthority, localAuthority, RSA } from "../../../../test/timestamps/authority.ts";
import { AnchorError } from "../error.ts";
import { encodeRequest } from "./request.ts";
import { readResponse } from "./response.ts";
import { readRoots } from "./roots.ts";
import { type TimestampClaim, verifyTimestamp } from "./verify-timestamp.ts";

const message = Buffer.from("log.example\n7\nroot\n\n— log.example signature\n");
const other = Buffer.from("log.example\n7\nanother root\n\n— log.example signature\n");
const digestOf = (of: Buffer) => createHash("sha256").update(of).digest();
const rootsOf = (authority: LocalAuthority) => readRoots(authority.rootText, "the roots");

/** What is said about a timestamp that must not be believed. */
function refusal(claim: TimestampClaim): string {
  try {
    verifyTimestamp(claim);
  } catch (error) {
    if (error instanceof AnchorError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "believed";
}

test("a timestamp of openssl's authority is believed, with its time, authority and accuracy", (context) => {
  const authority = localAuthority(context);
  const settings = [
    "accuracy = secs:1, millisecs:500, microsecs:100",
    "clock_precision_digits = 3",
    "ordering = yes",
    "tsa_name = yes",
  ];
  const before = Date.now();
  const timestamp = authority.reply(encodeRequest(digestOf(message), 2n ** 63n), settings);
  const found = verifyTimestamp({ message, nonce: 2n ** 63n, roots: rootsOf(authority), timestamp });
  expect(found).toMatchObject({
    accuracyMs: 1500.1,
    authority: "CN=local authority",
    policy: "1.2.3.4.1",
    serial: expect.stringMatching(/^[0-9a-f]+$/),
  });
  expect(found.timeMs).toBeGreaterThanOrEqual(before);
  expect(found.timeMs).toBeLessThanOrEqual(Date.now());
});

test("openssl reads our questions, and verifies what came of them", (context) => {
  const authority = localAuthority(context);
  const request = encodeRequest(digestOf(message), 0xdead_beefn);
  const text = authority.run(["ts", "-query", "-in", authority.write("q.tsq", request), "-text"]);
  expect(text).toContain("Hash Algorithm: sha256");
  expect(text).toContain("Nonce: 0xDEADBEEF");
  expect(text).toContain("Certificate required: yes");
  const timestamp = authority.reply(request);
  expect(authority.accepts(message, timestamp)).toBe(true);
  expect(authority.accepts(other, timestamp)).toBe(false);
});

test.for<[name: string, algorithm: readonly string[]]>([
  ["RSA", RSA],
  ["P-384", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"]],
])("an authority may sign with %s", ([, algorithm], context) => {
  const authority = new LocalAuthority(context, { algorithm });
  const timestamp = authority.reply(authority.query(message));
  expect(refusal({ message, roots: rootsOf(authority), timestamp })).toBe("believed");
});

test.for(["sha256", "sha384", "sha512"])("a timestamp may name its message by %s", (hash, context) => {
  const authority = localAuthority(context);
  const timestamp = authority.reply(authority.query(message, [`-${hash}`, "-cert"]), [
    `signer_digest = ${hash}`,
  ]);
  expect(refusal({ message, roots: rootsOf(authority), timestamp })).toBe("believed");
});

test("an authority may name its certificate by SHA-1, as many still do", (context) => {
  const authority = localAuthority(context);
  const timestamp = authority.reply(authority.query(message), ["ess_cert_id_alg = sha1"]);
  expect(refusal({ message, roots: rootsOf(authority), timestamp })).toBe("believed");
});

test("the way to a root may lead over another authority that came along", (context) => {
  const authority = localAuthority(context);
  const between = authority.issue("between", {
    extensions: ["basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign"],
  });
  const signer = authority.issue("below", { issuer: between });
  const query = authority.query(message);
  const timestamp = authority.reply(query, [], between.certificate, signer);
  expect(verifyTimestamp({ message, roots: rootsOf(authority), timestamp }).authority).toBe("CN=below");
  const alone = authority.reply(query, [], "", signer);
  expect(refusal({ message, roots: rootsOf(authority), timestamp: alone })).toContain(
    "the certificate of CN=below: none of the roots has issued it",
  );
});

test("a token is as good as the answer that it came in, and a signer may be trusted without a root", (context) => {
  const authority = localAuthority(context);
  const timestamp = authority.reply(authority.query(message));
  const { token } = readResponse(timestamp);
  expect(refusal({ message, roots: rootsOf(authority), timestamp: token as Buffer })).toBe("believed");
  const signer = readRoots(readFileSync(authority.signer.certificate, "utf8"), "the signer");
  const bare = authority.reply(authority.query(message, ["-sha256"]));
  expect(refusal({ message, roots: signer, timestamp: bare })).toBe("believed");
  expect(refusal({ message, roots: rootsOf(authority), timestamp: bare })).toContain(
    "does not carry the certificate of its signer",
  );
});

test("a changed checkpoint, another question, and an authority of somebody else are found", (context) => {
  const authority = localAuthority(context);
  const roots = rootsOf(authority);
  const timestamp = authority.reply(encodeRequest(digestOf(message), 1n));
  expect(refusal({ message: other, roots, timestamp })).toBe(
    "EVIDENCE_INVALID: The timestamp proves nothing: it is one of something else",
  );
  expect(refusal({ message, nonce: 2n, roots, timestamp })).toContain("not the answer to this question");
  const unasked = authority.reply(authority.query(message, ["-sha256", "-cert", "-no_nonce"]));
  expect(refusal({ message, nonce: 2n, roots, timestamp: unasked })).toContain("not the answer");
  const stranger = rootsOf(new LocalAuthority(context));
  expect(refusal({ message, roots: stranger, timestamp })).toMatch(
    /the signature on it is wrong|has issued it/,
  );
});

test("a no of an authority is told in its own words", (context) => {
  const authority = localAuthority(context);
  const no = authority.reply(authority.query(message), ["digests = sha512"]);
  expect(refusal({ message, roots: rootsOf(authority), timestamp: no })).toMatch(
    /^EVIDENCE_INVALID: It is no timestamp but a no, status 2, badAlg: .*not supported/,
  );
});

test("a timestamp that was cut, lengthened, or changed where it counts is not believed", (context) => {
  const authority = localAuthority(context);
  const roots = rootsOf(authority);
  const timestamp = authority.reply(encodeRequest(digestOf(message), 1n));
  const isBelieved = (bytes: Buffer) => refusal({ message, roots, timestamp: bytes }) === "believed";
  expect(isBelieved(timestamp)).toBe(true);
  for (let length = 0; length < timestamp.length; length += 3)
    expect(isBelieved(timestamp.subarray(0, length))).toBe(false);
  expect(isBelieved(Buffer.concat([timestamp, Buffer.from([0])]))).toBe(false);
  const flipped = [...timestamp.keys()].map((at) =>
    patched(timestamp, { at, bytes: [timestamp[at]! ^ (1 << (at % 8))] }),
  );
  // Status, versions, and the list of hashes ahead of everything: nobody signs them, and nothing rests on them.
  expect(flipped.filter(isBelieved).length).toBeLessThan(25);
});

test("any bytes are verified or fail with an error of ours", (context) => {
  const authority = localAuthority(context);
  const roots = rootsOf(authority);
  const timestamp = authority.reply(authority.query(message));
  const patch = fc.record({
    at: fc.nat(timestamp.length - 1),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), patch), (bytes) => {
      const given = bytes instanceof Uint8Array ? Buffer.from(bytes) : patched(timestamp, bytes);
      expect(refusal({ message, roots, timestamp: given })).toMatch(/^(believed$|EVIDENCE_)/);
    }),
    { numRuns: 2000 },
  );
});

function patched(bytes: Buffer, { at, bytes: put }: { at: number; bytes: ArrayLike<number> }): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(Array.from(put).slice(0, copy.length - at), at);
  return copy;
}
