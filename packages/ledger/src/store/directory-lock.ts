import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LedgerError } from "../error.ts";

/** The kernel's limit is 108 bytes with the final zero (unix(7), sun_path). */
const SOCKET_PATH_BYTES_MAX = 107;

/**
 * The right to write to a directory: a Unix socket that its owner listens on.
 *
 * Node has no flock(). A socket says by itself whether its owner lives: the kernel refuses connections to the
 * socket of a dead process, so a lock left behind by `kill -9` is taken over at once.
 */
export class DirectoryLock {
  readonly #server: Server;
  readonly #directory: FileHandle;

  private constructor(server: Server, directory: FileHandle) {
    this.#server = server;
    this.#directory = directory;
  }

  /** Takes the lock. @throws LedgerError LEDGER_LOCKED when a living process holds it. */
  static async acquire(path: string): Promise<DirectoryLock> {
    const directory = await open(dirname(path), "r");
    try {
      const address = socketAddress(path, directory.fd);
      const token = randomBytes(16).toString("hex");
      let server = await listen(address, token);
      if (server === undefined) {
        if ((await ask(address)) !== undefined) throw locked(path);
        await displace(path, directory.fd);
        server = await listen(address, token);
        // A contender that saw the same dead socket could have displaced ours in its turn: look who answers.
        await sleep(50);
        if (server === undefined || (await ask(address)) !== token) {
          server?.close();
          throw locked(path);
        }
      }
      return new DirectoryLock(server, directory);
    } catch (error) {
      await directory.close();
      throw error;
    }
  }

  async release(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#directory.close();
  }
}

function locked(path: string): LedgerError {
  return new LedgerError(
    "LEDGER_LOCKED",
    `another process is writing to ${dirname(dirname(path))}: stop it first, or use another data directory`,
  );
}

/** On Linux a long path is reached through the open directory, which keeps the address short. */
function socketAddress(path: string, directory: number): string {
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path;
  if (process.platform === "linux") return `/proc/self/fd/${directory}/${basename(path)}`;
  throw new LedgerError(
    "LOCK_PATH_TOO_LONG",
    `${path} is longer than ${SOCKET_PATH_BYTES_MAX} bytes: use a shorter data directory`,
  );
}

/** Listens and tells whoever connects the token; undefined when something is already at the address. */
function listen(address: string, token: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.end(token);
    });
    server.unref();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}

/** The token of the lock's owner; undefined when nobody answers. */
function ask(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(address);
    let answer = "";
    socket.setTimeout(2000, () => socket.destroy());
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    // An owner too busy to answer is alive all the same: only a refused connection means a dead one.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "ECONNREFUSED" || error.code === "ENOENT" ? undefined : answer);
    });
    socket.on("close", () => resolve(answer));
  });
}

/** Moves a dead socket away; should it turn out to be alive after all, puts it back and gives up. */
async function displace(path: string, directory: number): Promise<void> {
  const aside = join(dirname(path), `lock.${randomBytes(4).toString("hex")}`);
  await rename(path, aside).catch(() => {});
  if ((await ask(socketAddress(aside, directory))) !== undefined) {
    await rename(aside, path).catch(() => {});
    throw locked(path);
  }
  await rm(aside, { force: true });
}
