import { expect, test } from "vitest";
import {
  LocalAuthority,
  localAuthority,
  serve,
  serveAuthority,
} from "../../../../test/timestamps/authority.ts";
import { GrowingLedger } from "../testing/growing-ledger.ts";
import { readRoots } from "./roots.ts";
import { timestampAuthority } from "./timestamp-authority.ts";
import { verifyTimestamp } from "./verify-timestamp.ts";

const everyMs = 86_400_000;

test("a checkpoint gets a timestamp over HTTP, which openssl verifies too", async (context) => {
  const authority = localAuthority(context);
  const roots = readRoots(authority.rootText, "the roots");
  const url = await serveAuthority(authority);
  const checkpoint = (await GrowingLedger.begin()).grow(3);
  const place = timestampAuthority({ everyMs, roots, url });
  expect(place).toMatchObject({ everyMs, kind: "timestamp", name: url });
  const { evidence } = await place.keep(checkpoint);
  expect(evidence?.name).toMatch(new RegExp(`^${checkpoint.size}-[0-9a-f]{8}\\.tsr$`));
  const timestamp = evidence?.bytes as Buffer;
  const message = Buffer.from(checkpoint.note);
  expect(authority.accepts(message, timestamp)).toBe(true);
  expect(verifyTimestamp({ message, roots, timestamp }).authority).toBe("CN=local authority");
});

test("an authority that is not the one that is trusted is refused at once", async (context) => {
  const roots = readRoots(new LocalAuthority(context).rootText, "the roots");
  const place = timestampAuthority({ everyMs, roots, url: await serveAuthority(localAuthority(context)) });
  const checkpoint = (await GrowingLedger.begin()).grow(1);
  await expect(place.keep(checkpoint)).rejects.toMatchObject({ code: "EVIDENCE_UNTRUSTED" });
});

test("an answer that was recorded before is not taken for a new one", async (context) => {
  const authority = localAuthority(context);
  const checkpoint = (await GrowingLedger.begin()).grow(1);
  const old = authority.reply(authority.query(Buffer.from(checkpoint.note)));
  const url = await serve((_, response) =>
    response.writeHead(200, { "content-type": "application/timestamp-reply" }).end(old),
  );
  const place = timestampAuthority({ everyMs, roots: readRoots(authority.rootText, "the roots"), url });
  await expect(place.keep(checkpoint)).rejects.toMatchObject({
    code: "EVIDENCE_INVALID",
    message: expect.stringContaining("not the answer to this question"),
  });
});

test.for<[name: string, status: number, type: string, body: string, code: string, what: string]>([
  ["a no", 503, "text/plain", "busy", "PLACE_REFUSED", "answers with status 503"],
  ["another address", 301, "text/plain", "", "PLACE_UNREACHABLE", "does not answer: unexpected redirect"],
  ["a page", 200, "text/html", "<html>", "PLACE_ANSWER_INVALID", "something else than RFC 3161 has"],
  ["rubbish", 200, "application/timestamp-reply", "rubbish", "PLACE_ANSWER_INVALID", "something else than"],
  ["nothing", 200, "application/timestamp-reply", "", "PLACE_ANSWER_INVALID", "something else than"],
  [
    "very much",
    200,
    "application/timestamp-reply",
    "x".repeat(300_000),
    "PLACE_ANSWER_INVALID",
    "with more than 262144 bytes",
  ],
])("a server that answers with %s is told apart", async ([, status, type, body, code, what]) => {
  const headers = { "content-type": type, location: "http://127.0.0.1:1/" };
  const url = await serve((_, response) => response.writeHead(status, headers).end(body));
  const place = timestampAuthority({ everyMs, roots: [], url });
  const checkpoint = (await GrowingLedger.begin()).grow(1);
  await expect(place.keep(checkpoint)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(what),
  });
});

test("an authority that is not there is told by name", async () => {
  const place = timestampAuthority({ everyMs, roots: [], url: "http://127.0.0.1:1/tsa" });
  const checkpoint = (await GrowingLedger.begin()).grow(1);
  await expect(place.keep(checkpoint)).rejects.toMatchObject({
    code: "PLACE_UNREACHABLE",
    message: expect.stringContaining("http://127.0.0.1:1/tsa does not answer"),
  });
});

test("an authority that says no is told in its own words", async (context) => {
  const authority = localAuthority(context);
  const url = await serve((_, response) => {
    const no = authority.reply(authority.query(Buffer.from("x")), ["digests = sha512"]);
    response.writeHead(200, { "content-type": "application/timestamp-reply" }).end(no);
  });
  const place = timestampAuthority({ everyMs, roots: [], url });
  const checkpoint = (await GrowingLedger.begin()).grow(1);
  await expect(place.keep(checkpoint)).rejects.toMatchObject({
    code: "PLACE_REFUSED",
    message: expect.stringMatching(/gives no timestamp: status 2, badAlg: .*not supported/),
  });
});
