import { expect, test } from "vitest";
import type { HttpRequest } from "./loopback-server.ts";
import { verifySigV4 } from "./verify-sigv4.ts";

/** From the test suite that AWS published for Signature Version 4. */
const secret = {
  accessKeyId: "AKIDEXAMPLE",
  region: "us-east-1",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  service: "service",
};

function suiteRequest(method: string, path: string, signature: string, headers = {}): HttpRequest {
  const names = ["host", ...Object.keys(headers), "x-amz-date"].join(";");
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names}, Signature=${signature}`;
  const common = { host: "example.amazonaws.com", "x-amz-date": "20150830T123600Z" };
  return { body: "", headers: { authorization, ...common, ...headers }, method, path };
}

const vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
const post = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b";

test.each([
  ["get-vanilla", suiteRequest("GET", "/", vanilla)],
  ["post-vanilla", suiteRequest("POST", "/", post)],
  [
    "get-vanilla-query-order-key-case",
    suiteRequest(
      "GET",
      "/?Param2=value2&Param1=value1",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
  ],
  [
    "post-header-value-case",
    suiteRequest("POST", "/", "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d", {
      "my-header1": "VALUE1",
    }),
  ],
])("the published signature %s is accepted", (_, request) => {
  expect(verifySigV4(request, secret)).toBeUndefined();
});

test.each([
  ["another method", { ...suiteRequest("GET", "/", vanilla), method: "PUT" }, "InvalidSignatureException"],
  ["a body", { ...suiteRequest("GET", "/", vanilla), body: "x" }, "InvalidSignatureException"],
  [
    "no signature",
    { body: "", headers: {}, method: "GET", path: "/" },
    "MissingAuthenticationTokenException",
  ],
  ["a header that nobody signed", withHeader("x-amz-target", "a"), "InvalidSignatureException"],
  ["another time", withHeader("x-amz-date", "20150830T123601Z"), "InvalidSignatureException"],
  ["another day", withHeader("x-amz-date", "20150831T123600Z"), "UnrecognizedClientException"],
])("with %s it is not", (_, request, problem) => {
  expect(verifySigV4(request, secret)).toBe(problem);
});

test("another secret gives another signature", () => {
  const other = { ...secret, secretAccessKey: "other" };
  expect(verifySigV4(suiteRequest("GET", "/", vanilla), other)).toBe("InvalidSignatureException");
});

function withHeader(name: string, value: string): HttpRequest {
  const request = suiteRequest("GET", "/", vanilla);
  return { ...request, headers: { ...request.headers, [name]: value } };
}
