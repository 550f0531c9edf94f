import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { serveLedger } from "../testing/served-ledger.ts";

test("requests that end in the middle of their body are no news for the operator", async () => {
  const { api, warnings } = await serveLedger();
  await new Promise<void>((resolve) => api.server.listen(0, "127.0.0.1", resolve));
  const { port } = api.server.address() as AddressInfo;
  for (let at = 0; at < 3; at += 1) {
    const socket = connect(port, "127.0.0.1");
    socket.write("POST /api/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 20\r\n\r\n{");
    await once(socket, "connect");
    await sleep(50);
    socket.destroy();
  }
  await sleep(100);
  expect(warnings).toEqual([]);
});
