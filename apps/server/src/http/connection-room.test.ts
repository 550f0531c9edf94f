import { Agent, get } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { serveLedger, token } from "../testing/served-ledger.ts";

const STRANGERS = 600;

function ask(port: number, agent: Agent): Promise<{ status: number | undefined; isReused: boolean }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = get({ agent, headers, host: "127.0.0.1", path: "/api/status", port }, (response) => {
      response.resume();
      response.once("end", () => resolve({ isReused: request.reusedSocket, status: response.statusCode }));
    });
    request.once("error", reject);
  });
}

async function crowd(port: number): Promise<Socket[]> {
  const sockets = Array.from({ length: STRANGERS }, () => connect(port, "127.0.0.1"));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (const socket of sockets) socket.on("error", () => {});
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  await sleep(200);
  return sockets;
}

test("connections that say nothing keep out nobody who shows a token, and end nobody who did", async () => {
  const { api } = await serveLedger();
  await api.ready();
  await new Promise<void>((resolve) => api.server.listen(0, "127.0.0.1", resolve));
  const { port } = api.server.address() as AddressInfo;
  const agents = [1, 2].map(() => new Agent({ keepAlive: true, maxSockets: 1 }));
  onTestFinished(() => {
    for (const agent of agents) agent.destroy();
  });
  const [early, late] = agents as [Agent, Agent];
  expect(await ask(port, early)).toEqual({ isReused: false, status: 200 });
  const sockets = await crowd(port);
  expect(await ask(port, late)).toEqual({ isReused: false, status: 200 });
  expect(await ask(port, early)).toEqual({ isReused: true, status: 200 });
  const open = sockets.filter(({ readableEnded, destroyed }) => !readableEnded && !destroyed);
  expect(open.length).toBeGreaterThan(400);
  expect(open.length).toBeLessThan(512);
}, 20_000);
