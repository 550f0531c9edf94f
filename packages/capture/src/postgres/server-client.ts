import type { Duplex } from "node:stream";
import { encodeTerminate, type StartupParameter } from "@custody/wire/postgres";
import { Dialogue } from "./dialogue.ts";
import { Inbox } from "./inbox.ts";
import { type OpenedUpstream, openUpstream, sendCancelRequest, type UpstreamDoor } from "./upstream-door.ts";

/** After this a server that was asked to stop is left alone. */
const CANCEL_PATIENCE_MS = 2000;

/** A connection of Custody's own to a database. */
export class ServerClient extends Dialogue {
  readonly #door: UpstreamDoor;
  readonly #opened: OpenedUpstream;

  private constructor(door: UpstreamDoor, opened: OpenedUpstream) {
    const inbox = new Inbox(opened.server);
    super({ read: () => inbox.read(), write: (bytes) => void opened.server.write(bytes) });
    this.#door = door;
    this.#opened = opened;
    opened.server.resume();
  }

  /** `check` may look at the server before anything is asked of it. @throws CaptureError UPSTREAM_*, and what it throws */
  static async open(
    door: UpstreamDoor,
    parameters: readonly StartupParameter[],
    check: (server: Duplex) => Promise<void> = async () => {},
  ): Promise<ServerClient> {
    const opened = await openUpstream(door, parameters);
    try {
      await check(opened.server);
      return new ServerClient(door, opened);
    } catch (error) {
      opened.server.destroy();
      throw error;
    }
  }

  get hasStandardStrings(): boolean {
    return this.#opened.signIn.settings.hasStandardStrings;
  }

  /** Ends whatever runs, and the connection with it; the server then rolls back. */
  async abort(): Promise<void> {
    const timer = setTimeout(() => this.#opened.server.destroy(), CANCEL_PATIENCE_MS);
    try {
      await sendCancelRequest(this.#door, this.#opened);
    } catch {
      this.#opened.server.destroy();
    } finally {
      timer.unref();
    }
  }

  /** Takes leave, and resolves once the server has closed its side. */
  close(): Promise<void> {
    const { server } = this.#opened;
    if (server.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => server.destroy(), CANCEL_PATIENCE_MS);
      server.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      server.once("error", () => server.destroy());
      server.end(encodeTerminate());
    });
  }
}
