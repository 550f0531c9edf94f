import { type AddressInfo, createServer, connect as netConnect, type Socket } from "node:net";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Numbers below 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Cuts a stream into pieces of 1 to `maxBytes` bytes, which come in turns of the event loop of their own. */
function rechunk(random: () => number, maxBytes: number): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let from = 0;
      const next = (): void => {
        if (from >= chunk.length) return done();
        const to = Math.min(chunk.length, from + 1 + Math.floor(random() * maxBytes));
        this.push(chunk.subarray(from, to));
        from = to;
        setImmediate(next);
      };
      next();
    },
  });
}

/** A TCP port that leads to another one, and cuts what passes in both directions. */
export async function rechunkingPort(
  to: { readonly host: string; readonly port: number },
  seed: number,
  maxBytes: number,
): Promise<{ readonly port: number; close(): void }> {
  const random = seeded(seed);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = netConnect({ ...to, noDelay: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    }
    void pipeline(near, rechunk(random, maxBytes), far).catch(() => {});
    void pipeline(far, rechunk(random, maxBytes), near).catch(() => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
