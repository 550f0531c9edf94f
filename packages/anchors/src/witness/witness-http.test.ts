import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { askWitness } from "./witness-http.ts";

async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/w`;
}

test("question and answer come through as they are", async () => {
  const url = await listening((request, response) => {
    request.setEncoding("utf8").on("data", (body) => {
      response.writeHead(409, { "content-type": "text/x.tlog.size" });
      response.end(`${request.method} ${request.url} ${body}`);
    });
  });
  expect(await askWitness(fetch, url, "— question")).toEqual({
    contentType: "text/x.tlog.size",
    status: 409,
    text: "POST /w — question",
  });
});

test("where nobody listens, that is said with its reason", async () => {
  const url = await listening(() => {});
  const nobody = url.replace(/:\d+/, ":1");
  await expect(askWitness(fetch, nobody, "x")).rejects.toMatchObject({
    code: "PLACE_UNREACHABLE",
    message: expect.stringMatching(/127\.0\.0\.1:1\/w does not answer: .+ — it is tried again/),
  });
});

test("another address is not followed, since it was not the one that was trusted", async () => {
  let isReached = false;
  const other = await listening((_, response) => {
    isReached = true;
    response.end();
  });
  const url = await listening((_, response) => response.writeHead(307, { location: other }).end());
  await expect(askWitness(fetch, url, "x")).rejects.toMatchObject({ code: "PLACE_UNREACHABLE" });
  expect(isReached).toBe(false);
});

test("an answer that does not end is cut", async () => {
  const url = await listening((_, response) => {
    const write = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
      if (!response.destroyed) response.once("drain", write);
    };
    write();
  });
  await expect(askWitness(fetch, url)).rejects.toMatchObject({ code: "PLACE_ANSWER_INVALID" });
});
