import { randomBytes } from "node:crypto";
import { type FileHandle, link, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import { basename, dirname, join } from "node:path";
import { LedgerError } from "../error.ts";

/** The kernel's limit is 108 bytes with the final zero (unix(7), sun_path). */
const SOCKET_PATH_BYTES_MAX = 107;

/**
 * The right to write to a directory: a Unix socket that its owner listens on.
 *
 * Node has no flock(). A socket says by itself whether its owner lives: the kernel refuses connections to the socket of
 * a dead process, so a lock left behind by `kill -9` is taken over at once, and no process id can be mistaken.
 *
 * Locks are numbered, `lock.1`, `lock.2` and so on, and the highest one counts. A number is only removed while there is
 * a higher one, so the highest never falls, and whoever takes a number that is no longer the highest sees that and gives
 * it back. Nothing rests on timing: a contender may sleep at any point and wake up to a directory that others own.
 */
export class DirectoryLock {
  readonly #server: Server;
  readonly #directory: FileHandle;
  readonly #path: string;
  #released: Promise<void> | undefined;

  private constructor(server: Server, directory: FileHandle, path: string) {
    this.#server = server;
    this.#directory = directory;
    this.#path = path;
  }

  /** Takes the lock. @throws LedgerError LEDGER_LOCKED when a living process holds it, LOCK_PATH_TOO_LONG */
  static async acquire(path: string): Promise<DirectoryLock> {
    const directory = await open(dirname(path), "r");
    let server: Server | undefined;
    try {
      // It listens under a name of its own first, so that nobody finds it under a number before it can answer.
      const own = `${path}-${randomBytes(6).toString("hex")}`;
      server = await listen(socketAddress(own, directory.fd));
      const number = await claim(path, own, directory.fd);
      await removeOlder(path, number);
      return new DirectoryLock(server, directory, numbered(path, number));
    } catch (error) {
      await stop(server);
      await directory.close();
      throw error;
    }
  }

  /** Leaves an empty file under its number, because sockets are in the way of whoever copies a directory. */
  release(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  async #release(): Promise<void> {
    await stop(this.#server);
    const empty = `${dirname(this.#path)}/lock-${randomBytes(6).toString("hex")}`;
    await writeFile(empty, "", { mode: 0o600 })
      .then(() => rename(empty, this.#path))
      .catch(() => {});
    await this.#directory.close();
  }
}

/** Gives our socket the next number after the highest, whose owner must be dead. */
async function claim(path: string, own: string, directory: number): Promise<number> {
  for (;;) {
    const highest = await highestNumber(path);
    const owner = highest === 0 ? "dead" : await ask(socketAddress(numbered(path, highest), directory));
    if (owner === "alive") throw locked(path);
    if (owner === "gone") continue;
    try {
      // Unlike a rename, a link never takes the place of what is there.
      await link(own, numbered(path, highest + 1));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") continue;
      // Somebody has won in the meantime, and tidied up behind us.
      throw code === "ENOENT" ? locked(path) : error;
    }
    if ((await highestNumber(path)) === highest + 1) return highest + 1;
    await rm(numbered(path, highest + 1), { force: true });
  }
}

async function removeOlder(path: string, number: number): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const isOlder = numberOf(path, name) < number;
    const isPrivate = name.startsWith(`${basename(path)}-`);
    if (isOlder || isPrivate) await rm(join(dirname(path), name), { force: true });
  }
}

async function highestNumber(path: string): Promise<number> {
  const numbers = (await readdir(dirname(path))).map((name) => numberOf(path, name));
  return numbers.reduce((highest, number) => (number < Infinity && number > highest ? number : highest), 0);
}

/** The number in a lock's name; infinity when it is another file. */
function numberOf(path: string, name: string): number {
  const prefix = `${basename(path)}.`;
  const digits = name.startsWith(prefix) ? name.slice(prefix.length) : "";
  return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : Number.POSITIVE_INFINITY;
}

function numbered(path: string, number: number): string {
  return `${path}.${number}`;
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

/** A connection is all the answer there is. */
function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.destroy();
    });
    server.unref();
    server.once("error", reject);
    server.listen(address, () => resolve(server));
  });
}

function stop(server: Server | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (server === undefined) resolve();
    else server.close(() => resolve());
  });
}

/** Whether somebody listens. An owner too busy to answer is alive all the same: only a refusal means a dead one. */
function ask(address: string): Promise<"alive" | "dead" | "gone"> {
  return new Promise((resolve) => {
    const socket = createConnection(address, () => {
      resolve("alive");
      socket.destroy();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "ECONNREFUSED" ? "dead" : error.code === "ENOENT" ? "gone" : "alive");
    });
  });
}
