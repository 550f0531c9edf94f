import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { postMessage } from "./post-message.ts";
import { checkMessage, parseSecret } from "./signature.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A receiver on loopback that answers as it is told. */
async function receiver(
  answer: (response: ServerResponse) => void,
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    received.push({ body, headers: request.headers, path: request.url ?? "" });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

const post = (url: string, nowMs = 1_000_000) =>
  postMessage({ body: '{"a":1}', id: "id", secret, url }, { fetch, nowMs: () => nowMs });

test("a message arrives signed, and any 2xx is a yes", async () => {
  const { received, url } = await receiver((response) => response.writeHead(204).end());
  expect(await post(url)).toBe(204);
  const [{ body, headers }] = received as [Received];
  expect(body).toBe('{"a":1}');
  expect(headers).toMatchObject({ "content-type": "application/json", "webhook-id": "id" });
  checkMessage(headers as Record<string, string>, body, parseSecret(secret), 1_000_000);
});

test("a redirect is not followed, whoever it leads to", async () => {
  const { received, url } = await receiver((response) =>
    response.writeHead(307, { location: "/elsewhere" }).end(),
  );
  await expect(post(url)).rejects.toMatchObject({
    code: "WEBHOOK_FAILED",
    message: expect.stringContaining("307"),
  });
  expect(received.map(({ path }) => path)).toEqual(["/hook"]);
});

test.each([400, 404, 410, 500, 503])("HTTP %i is no yes", async (status) => {
  const { url } = await receiver((response) => response.writeHead(status).end("why not"));
  await expect(post(url)).rejects.toMatchObject({
    code: "WEBHOOK_FAILED",
    message: `the answer was HTTP ${status}, no yes`,
  });
});

test("an answer without end is not read", async () => {
  const { url } = await receiver((response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write("x".repeat(65_536)), 1);
    response.on("close", () => clearInterval(timer));
  });
  expect(await post(url)).toBe(200);
});

test("nobody there, and a connection that breaks, are said", async () => {
  const { url } = await receiver((response) => response.destroy());
  await expect(post(url)).rejects.toMatchObject({ code: "WEBHOOK_FAILED" });
  await expect(post("http://127.0.0.1:1/")).rejects.toMatchObject({
    message: expect.stringMatching(/nobody answers: (ECONNREFUSED|bad port)/),
  });
});
