import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { ClientEnd } from "./client-end.ts";
import { relayed } from "./relayed.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Serve = (response: ServerResponse) => void | Promise<void>;

async function serverOf(serve: Serve): Promise<string> {
  const server = createServer((_, response) => void serve(response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function headOf(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get(url, { agent: false }, resolve).on("error", reject));
}

async function bodyOf(head: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of head) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

type Onward = Parameters<typeof relayed>[0]["onward"];

/** A provider, and a way to it that passes on what `onward` says. */
async function relay(provide: Serve, onward: Onward, gone = new ClientEnd()) {
  const provider = await serverOf(provide);
  const ended: Promise<Error | undefined>[] = [];
  const url = await serverOf(async (response) => {
    const cut = relayed({ gone, head: await headOf(provider), onward, response });
    ended.push(cut);
    if ((await cut) === undefined) response.end();
    else response.destroy();
  });
  return { ended, url };
}

test("whatever is waited for in between, all of it comes, in order", async () => {
  const pieces = fc.array(fc.record({ isWaited: fc.boolean(), text: fc.string({ minLength: 1 }) }));
  await fc.assert(
    fc.asyncProperty(pieces, async (given) => {
      let at = 0;
      const { ended, url } = await relay(
        async (response) => {
          response.flushHeaders();
          for (const { text } of given) {
            response.write(text);
            await new Promise((resolve) => setImmediate(resolve));
          }
          response.end();
        },
        (piece) => {
          at += 1;
          return given[at]?.isWaited ? sleep(1).then(() => [piece]) : [piece];
        },
      );
      expect((await bodyOf(await headOf(url))).toString()).toBe(given.map(({ text }) => text).join(""));
      expect(await ended[0]).toBeUndefined();
    }),
    { numRuns: 25 },
  );
});

test("a client that reads slowly gets everything, and makes the provider wait", async () => {
  const bytes = Buffer.alloc(32 * 1024 * 1024, "all of it ");
  let passed = 0;
  const { url } = await relay(
    (response) => void response.end(bytes),
    (piece) => {
      passed += piece.length;
      return [piece];
    },
  );
  const head = await headOf(url);
  await sleep(300);
  expect(passed).toBeLessThan(bytes.length);
  expect((await bodyOf(head)).equals(bytes)).toBe(true);
});

test("an answer that breaks off while something is recorded is cut only when that is done", async () => {
  let recorded = false;
  const { ended, url } = await relay(
    async (response) => {
      response.write("the beginning");
      await sleep(20);
      response.destroy();
    },
    async (piece) => {
      await sleep(200);
      recorded = true;
      return [piece];
    },
  );
  await expect(headOf(url).then(bodyOf)).rejects.toThrow();
  expect(await ended[0]).toBeInstanceOf(Error);
  expect(recorded).toBe(true);
});

test("a client that has gone before the answer came is no failure of the program", async () => {
  const gone = new ClientEnd();
  gone.leave(new Error("the client is gone"));
  const { ended, url } = await relay(
    (response) => void response.end("nobody reads it"),
    (piece) => [piece],
    gone,
  );
  await expect(headOf(url).then(bodyOf)).rejects.toThrow();
  expect((await ended[0])?.message).toBe("the client is gone");
});
