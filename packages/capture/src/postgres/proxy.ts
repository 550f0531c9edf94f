import { type Duplex, finished } from "node:stream";
import type { Action, Approvals, Decider, Recorder, SessionIdentity, Target } from "@custody/domain";
import {
  encodeAuthenticationOk,
  encodeBackendKeyData,
  encodeReadyForQuery,
  type StartupMessage,
  startupParameter,
  WireError,
} from "@custody/wire/postgres";
import type { Clock } from "../clock.ts";
import { CaptureError } from "../error.ts";
import type { RunningTool } from "../tool-watch.ts";
import { AgentChannel, tlsVersionOf } from "./agent-channel.ts";
import type { AgentTls } from "./agent-tls.ts";
import { askIdentity, expectServer } from "./ask-identity.ts";
import { type CancelKey, CancelKeys } from "./cancel-keys.ts";
import { Catalogue } from "./catalogue/catalogue.ts";
import { CatalogueConnection } from "./catalogue/catalogue-connection.ts";
import { loadParser } from "./classify/classify.ts";
import { PostgresConnection } from "./connection.ts";
import type { ConnectionContext } from "./context.ts";
import { negotiate, readGreeting } from "./greeting.ts";
import { connectionRecord } from "./records.ts";
import { fatalError, ledgerState } from "./refuse.ts";
import type { ServerIdentity } from "./server-identity.ts";
import { type PostgresSession, signInAgent } from "./sign-in-agent.ts";
import { lookBeside } from "./simulate/look-beside.ts";
import { holdToPin, type TargetPins } from "./target-pins.ts";
import type { PreparedTransactions } from "./transaction.ts";
import { type OpenedUpstream, openUpstream, sendCancelRequest, type UpstreamDoor } from "./upstream-door.ts";

export interface PostgresProxyOptions extends UpstreamDoor {
  readonly target: Pick<Target, "name" | "environment">;
  /** Without it, clients that ask for encryption are told that there is none. */
  readonly tls?: AgentTls;
  /** How long a TLS handshake, and all of signing in, may take; by default 10 and 60 seconds. */
  readonly handshakeMs?: number;
  readonly signInMs?: number;
  readonly durability: "ordered" | "strict";
  readonly maxStatementBytes: number;
  readonly decider: Decider;
  /** Without them nobody can be asked, and what needs a human is refused. */
  readonly approvals?: Approvals | undefined;
  readonly recorder: Recorder;
  /** The call of a tool that runs in a session, while there is exactly one. */
  readonly runningTool?: ((session: string) => RunningTool | undefined) | undefined;
  readonly pins: TargetPins;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly findSession: (id: string) => PostgresSession | undefined;
  /** Whom records about connections are filed under that never signed in. */
  readonly defaultSession: SessionIdentity;
}

/** A client has this long to sign in (authentication_timeout of the server, by default). */
const SIGN_IN_MS_MAX = 60_000;

/** A client has this long to read what it was told last, and then this long to close. */
const UNREAD_MS_MAX = 60_000;
const LEAVE_MS_MAX = 5_000;

/** Stands before one PostgreSQL database: lets agents in, signs in for them, and joins the two streams. */
export class PostgresProxy {
  readonly #options: PostgresProxyOptions;
  readonly #cancelKeys = new CancelKeys();
  /** With the session that each of them is of. */
  readonly #connections = new Map<PostgresConnection, string>();
  readonly #preparedTransactions: PreparedTransactions = new Map();
  readonly #catalogueConnection: CatalogueConnection;
  readonly #catalogue: Catalogue;
  /** The server that answered last and was the right one: records of connections that come to nothing have it. */
  #identity: ServerIdentity | undefined;
  #isDraining = false;

  constructor(options: PostgresProxyOptions) {
    this.#options = options;
    this.#catalogueConnection = new CatalogueConnection(options, (server) =>
      // What another server's catalogue says would be about another database.
      expectServer(server, this.#identity),
    );
    this.#catalogue = new Catalogue({
      database: options.upstream.database,
      monotonicMs: () => options.clock.monotonicUs() / 1000,
      onFailure: (error) => void this.#catalogueFailed(error),
      query: this.#catalogueConnection.query,
    });
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Serves one client to its end. Never rejects: whatever goes wrong is told to the client and recorded. */
  async serve(client: Duplex, address: string): Promise<void> {
    const { handshakeMs, signInMs = SIGN_IN_MS_MAX, tls } = this.#options;
    const channel = new AgentChannel(client);
    const timer = setTimeout(() => client.destroy(), signInMs);
    try {
      await loadParser();
      const greeting = await readGreeting(channel, tls, handshakeMs);
      if (greeting.kind === "startup") await this.#serveStartup(channel, greeting.startup, address, timer);
      else if (greeting.kind === "cancel") await this.#cancel(greeting.request);
    } catch (error) {
      await this.#refuse(channel.stream, address, error);
    } finally {
      clearTimeout(timer);
      leave(channel);
    }
  }

  /** Ends idle connections, gives busy ones `graceMs` to finish, and then ends them too. */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    const endMs = this.#options.clock.monotonicUs() / 1000 + graceMs;
    while (this.#connections.size > 0) {
      const isOver = this.#options.clock.monotonicUs() / 1000 >= endMs;
      for (const connection of this.#connections.keys()) {
        if (isOver || connection.isIdle) connection.end("57P01", "Custody is shutting down");
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.#catalogueConnection.close();
  }

  /** Ends all that a session has here; what is under way ends as when the client goes. */
  endSession(id: string): void {
    for (const [connection, session] of this.#connections)
      if (session === id) connection.end("57P01", "the session has ended");
  }

  /** Statements go on, by what their texts say; whoever looks into the records sees since when, and why. */
  async #catalogueFailed(error: unknown): Promise<void> {
    const { defaultSession, recorder } = this.#options;
    const message = error instanceof Error ? error.message : String(error);
    const details = { message };
    const record = connectionRecord(
      this.#contextOf(defaultSession, this.#identity?.system),
      "db.catalogue.failed",
      "warning",
      details,
    );
    await recorder.record([record], "written")?.catch(() => {});
  }

  async #serveStartup(
    channel: AgentChannel,
    startup: StartupMessage,
    address: string,
    timer: NodeJS.Timeout,
  ): Promise<void> {
    const { clock, defaultSession, findSession } = this.#options;
    if (this.#isDraining)
      throw new CaptureError("SIGN_IN_REFUSED", "Custody is shutting down", {
        signIn: { reason: "shutting-down" },
      });
    const minorVersion = negotiate(channel.stream, startup);
    const { project } = defaultSession;
    const session = await signInAgent(channel, startup, { findSession, nowUs: clock.nowUs(), project });
    this.#checkStartup(startup, session.identity.id);
    const opened = await openUpstream(this.#options, forwardedParameters(startup));
    try {
      const identity = await askIdentity(opened.server);
      clearTimeout(timer);
      await this.#join(channel, opened, session, identity, minorVersion, startup, address);
    } catch (error) {
      opened.server.destroy();
      throw error;
    }
  }

  async #join(
    channel: AgentChannel,
    opened: OpenedUpstream,
    session: PostgresSession,
    identity: ServerIdentity,
    minorVersion: number,
    startup: StartupMessage,
    address: string,
  ): Promise<void> {
    const { stream: client } = channel;
    const { server, signIn } = opened;
    const context = this.#contextOf(session.identity, identity.system);
    const { pins, upstream } = this.#options;
    const found = { address, identity, upstream: `${upstream.host}:${upstream.port}` };
    try {
      await holdToPin(pins, context, found);
    } catch (error) {
      if (error instanceof CaptureError) throw error;
      endUnrecorded(client, server, error);
      return;
    }
    this.#identity = identity;
    let connection: PostgresConnection | undefined;
    const key = this.#cancelKeys.issue(minorVersion, async () => {
      if (connection?.cancelWait() !== true) await this.#cancelUpstream(context, opened);
    });
    const application = startupParameter(startup, "application_name") ?? "";
    const settings = forwardedParameters(startup).map(({ name, value }) => `${name}=${value}`);
    const details = {
      address,
      application,
      ...encryption(channel, server),
      ...(settings.length > 0 ? { settings } : undefined),
    };
    const record = connectionRecord(context, "db.connection.opened", "info", details);
    try {
      await context.recorder.record([record], "written");
    } catch (error) {
      endUnrecorded(client, server, error);
      return;
    }
    client.write(
      Buffer.concat([
        encodeAuthenticationOk(),
        ...signIn.statuses,
        encodeBackendKeyData({ type: "backend-key-data", ...key }),
        encodeReadyForQuery({ type: "ready-for-query", status: "idle" }),
      ]),
    );
    connection = new PostgresConnection({
      client,
      server,
      context,
      settings: signIn.settings,
      preparedTransactions: this.#preparedTransactions,
      cancel: () => sendCancelRequest(this.#options, opened),
    });
    this.#connections.set(connection, session.identity.id);
    connection.start(channel.inbox.release());
    // It may have ended while its connection was still being made.
    if (this.#options.findSession(session.identity.id) === undefined) this.endSession(session.identity.id);
    await connection.done;
    this.#connections.delete(connection);
    if (this.#connections.size === 0) await this.#catalogueConnection.rest();
    this.#cancelKeys.revoke(key);
  }

  /** What a session may not ask for, whoever it is. */
  #checkStartup(startup: StartupMessage, session: string): void {
    const { database } = this.#options.upstream;
    const asked = startupParameter(startup, "database") ?? startupParameter(startup, "user");
    if (asked !== database)
      throw new CaptureError(
        "SIGN_IN_REFUSED",
        `this target is the database ${database}: name it in the connection URL`,
        { signIn: { reason: "another-database", session } },
      );
    if (startup.parameters.some(({ name, value }) => /_preload_libraries\b/i.test(`${name} ${value}`)))
      throw new CaptureError(
        "SIGN_IN_REFUSED",
        "a session may not load libraries into the server (rule builtin:administration)",
      );
    const replication = startupParameter(startup, "replication");
    if (replication !== undefined && !/^(false|off|no|0)$/i.test(replication)) {
      throw new CaptureError(
        "SIGN_IN_REFUSED",
        "replication connections are not allowed through Custody (rule builtin:replication)",
      );
    }
  }

  #contextOf(session: SessionIdentity, identity: string | undefined): ConnectionContext {
    const { approvals, clock, decider, durability, maxStatementBytes, newId, recorder, target, upstream } =
      this.#options;
    const { runningTool } = this.#options;
    const known: Action["target"] = {
      database: upstream.database,
      environment: target.environment,
      ...(identity === undefined ? undefined : { identity }),
      kind: "postgres",
      name: target.name,
      user: upstream.user,
    };
    return {
      approvals,
      catalogue: this.#catalogue,
      clock,
      connection: newId(),
      decider,
      durability,
      lookBeside: (database, ask) => lookBeside(this.#options, this.#identity, database, ask),
      maxStatementBytes,
      newId,
      recorder,
      runningTool: runningTool && (() => runningTool(session.id)),
      session,
      target: Object.freeze(known),
    };
  }

  async #cancel(key: CancelKey): Promise<void> {
    await this.#cancelKeys.find(key)?.();
  }

  /** The client's request to cancel goes to the server under the server's own key, on a connection of its own. */
  async #cancelUpstream(context: ConnectionContext, opened: OpenedUpstream): Promise<void> {
    await context.recorder.record([connectionRecord(context, "db.cancel.requested", "info", {})], "written");
    await sendCancelRequest(this.#options, opened);
  }

  async #refuse(client: Duplex, address: string, error: unknown): Promise<void> {
    const isOurs = error instanceof CaptureError || error instanceof WireError;
    const code = isOurs ? error.code : "INTERNAL";
    const message = isOurs ? error.message : "internal error";
    // In the middle of a handshake there is nothing that the client could read.
    if (code === "TLS_HANDSHAKE_FAILED" && tlsVersionOf(client) === undefined) client.destroy();
    if (!client.destroyed) client.end(fatalError(sqlStates[code] ?? "08P01", `${message} (${code})`));
    const context = this.#contextOf(this.#options.defaultSession, this.#identity?.system);
    const signIn = error instanceof CaptureError ? error.signIn : undefined;
    const details = { address, code, message, ...signIn };
    const draft = connectionRecord(context, "db.connection.refused", "warning", details);
    await this.#options.recorder.record([draft], "written")?.catch(() => {});
  }
}

function endUnrecorded(client: Duplex, server: Duplex, error: unknown): void {
  client.end(fatalError(ledgerState(error), "Custody cannot record this connection"));
  server.destroy();
}

/**
 * Streams are half-open: without a limit, a client that never ends its own direction would keep its place for ever.
 * Whatever it still sends is read and thrown away, or what it was told last could be lost with it.
 */
function leave({ inbox, stream }: AgentChannel): void {
  inbox.release();
  stream.resume().end();
  if (stream.closed) return;
  const destroy = () => stream.destroy();
  let late = setTimeout(destroy, UNREAD_MS_MAX).unref();
  stream.on("close", () => clearTimeout(late));
  finished(stream, { readable: false }, () => {
    clearTimeout(late);
    if (!stream.closed) late = setTimeout(destroy, LEAVE_MS_MAX).unref();
  });
}

const sqlStates: Readonly<Record<string, string>> = {
  SIGN_IN_REFUSED: "28P01",
  TARGET_CHANGED: "08004",
  TLS_REQUIRED: "28000",
  UPSTREAM_REFUSED: "08004",
  UPSTREAM_TLS_FAILED: "08001",
  UPSTREAM_UNREACHABLE: "08001",
  UPSTREAM_UNVERIFIED: "08001",
};

/** The versions of TLS on both legs, where there is any. */
function encryption(channel: AgentChannel, server: Duplex): { tls?: string; upstreamTls?: string } {
  const { tlsVersion: tls } = channel;
  const upstreamTls = tlsVersionOf(server);
  return { ...(tls === undefined ? {} : { tls }), ...(upstreamTls === undefined ? {} : { upstreamTls }) };
}

/** Everything that the client set goes on, except who it is, where it goes, and protocol options. */
function forwardedParameters(startup: StartupMessage): StartupMessage["parameters"] {
  return startup.parameters.filter(
    ({ name }) => !["user", "database", "replication"].includes(name) && !name.startsWith("_pq_."),
  );
}
