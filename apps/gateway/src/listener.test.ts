import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { ConnectionBudget, connectionsFor } from "./connection-budget.ts";
import { Listener } from "./listener.ts";

function echoService(served: string[]) {
  return {
    connectionCount: 0,
    endSession: () => {},
    drain: async () => {},
    serve: async (client: Socket, address: string) => {
      served.push(address);
      client.pipe(client);
    },
  };
}

test("it serves clients on a free port, and cuts them when it is closed", async () => {
  const served: string[] = [];
  const listener = new Listener("shop", echoService(served), new ConnectionBudget());
  const address = await listener.listen("127.0.0.1", 0);
  const port = Number(address.split(":")[1]);
  expect(address).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
  const client = createConnection({ host: "127.0.0.1", port });
  client.write("hello");
  const [data] = (await once(client, "data")) as [Buffer];
  expect(data.toString()).toBe("hello");
  expect(served[0]).toMatch(/^127\.0\.0\.1:\d+$/);
  const ended = once(client, "close");
  await listener.close(0);
  await ended;
  const late = createConnection({ host: "127.0.0.1", port });
  const [error] = (await once(late, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNREFUSED");
});

test("an address that is taken is refused by name", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const listener = new Listener("shop", echoService([]), new ConnectionBudget());
  await expect(listener.listen("127.0.0.1", port)).rejects.toMatchObject({
    code: "LISTEN_FAILED",
    message: expect.stringContaining(`target shop cannot listen on 127.0.0.1:${port}: another program`),
  });
  await listener.close(0);
  taken.close();
});

test("a client that resets its connection harms nobody", async () => {
  const listener = new Listener("shop", echoService([]), new ConnectionBudget());
  const port = Number((await listener.listen("127.0.0.1", 0)).split(":")[1]);
  const client = createConnection({ host: "127.0.0.1", port });
  client.write("x");
  await once(client, "data");
  client.resetAndDestroy();
  const next = createConnection({ host: "127.0.0.1", port });
  next.write("y");
  await once(next, "data");
  await listener.close(0);
});

test("beyond what descriptors there are a client is turned away, until another one leaves", async () => {
  const listener = new Listener("shop", echoService([]), new ConnectionBudget(1));
  const address = await listener.listen("127.0.0.1", 0);
  const port = Number(address.split(":")[1]);
  const ends = async () => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.on("error", () => {});
    socket.write("x");
    const how = await Promise.race([
      once(socket, "data").then(() => "served"),
      once(socket, "close").then(() => "ended"),
    ]);
    return { how, socket };
  };
  const first = await ends();
  expect(first.how).toBe("served");
  expect((await ends()).how).toBe("ended");
  first.socket.destroy();
  await expect.poll(async () => (await ends()).how).toBe("served");
  await listener.close(0);
});

test("the ledger keeps descriptors of its own, however few there are", () => {
  expect(connectionsFor(1024)).toBe(384);
  expect(connectionsFor(100)).toBe(16);
  expect(connectionsFor(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});
