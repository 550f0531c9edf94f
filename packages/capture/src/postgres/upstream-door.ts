import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { encodeCancelRequest, type StartupParameter } from "@custody/wire/postgres";
import { CaptureError } from "../error.ts";
import { type PostgresUpstream, signInUpstream, type UpstreamSignIn } from "./sign-in-upstream.ts";

/** The server's own limit, authentication_timeout, is a minute by default. */
const SIGN_IN_MS_MAX = 60_000;

/** Makes a connected stream to the server. Rejects when it cannot, with a CaptureError when it is about TLS. */
type Connect = () => Promise<Duplex>;

export interface UpstreamDoor {
  readonly upstream: PostgresUpstream;
  readonly connect: Connect;
  /** What is tried when the server refuses Custody on the first way: `sslmode` allow and prefer mean that. */
  readonly fallback?: { readonly isEncrypted: boolean; readonly connect: Connect };
}

export interface OpenedUpstream {
  readonly server: Duplex;
  readonly signIn: UpstreamSignIn;
  /** The way that worked; requests to cancel take it too. */
  readonly connect: Connect;
}

/** Connects and signs in. @throws CaptureError UPSTREAM_* */
export async function openUpstream(
  door: UpstreamDoor,
  parameters: readonly StartupParameter[],
): Promise<OpenedUpstream> {
  const { connect, fallback } = door;
  const first = await attempt(door, connect, parameters);
  if ("signIn" in first) return first;
  if (fallback !== undefined && mayFallBack(first) && first.isEncrypted !== fallback.isEncrypted) {
    const second = await attempt(door, fallback.connect, parameters);
    if ("signIn" in second) return second;
  }
  throw first.error;
}

/** A connected stream, on the way that is given. @throws CaptureError UPSTREAM_UNREACHABLE, UPSTREAM_TLS_FAILED, … */
async function connectUpstream({ upstream }: UpstreamDoor, connect: Connect): Promise<Duplex> {
  try {
    return await connect();
  } catch (cause) {
    if (cause instanceof CaptureError) throw cause;
    const { host, port } = upstream;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CaptureError(
      "UPSTREAM_UNREACHABLE",
      `the database at ${host}:${port} cannot be reached: ${reason}`,
      { cause },
    );
  }
}

/** Asks the server, on a connection of its own, to cancel what runs on the opened one; resolves once it has read that. */
export async function sendCancelRequest(door: UpstreamDoor, opened: OpenedUpstream): Promise<void> {
  const { processId, secretKey } = opened.signIn;
  const server = await connectUpstream(door, opened.connect);
  await new Promise<void>((resolve) => {
    server.on("close", resolve);
    server.on("error", () => server.destroy());
    // The server closes once it has read the request. A pooler forgets a request whose sender leaves before that.
    server.on("end", () => server.end());
    server.resume();
    server.write(encodeCancelRequest({ type: "cancel-request", processId, secretKey }));
  });
}

interface Refusal {
  readonly error: unknown;
  readonly isEncrypted: boolean;
}

async function attempt(
  door: UpstreamDoor,
  connect: Connect,
  parameters: readonly StartupParameter[],
): Promise<OpenedUpstream | Refusal> {
  let server: Duplex | undefined;
  try {
    server = await connectUpstream(door, connect);
    return { connect, server, signIn: await signInInTime(server, door.upstream, parameters) };
  } catch (error) {
    server?.destroy();
    // Without a stream, what failed was the handshake, if it was anything that another way could mend.
    return { error, isEncrypted: server === undefined || server instanceof TLSSocket };
  }
}

/** A server that takes the connection and says nothing more would keep it for ever. */
async function signInInTime(
  server: Duplex,
  upstream: PostgresUpstream,
  parameters: readonly StartupParameter[],
): Promise<UpstreamSignIn> {
  const timer = setTimeout(() => server.destroy(), SIGN_IN_MS_MAX);
  try {
    return await signInUpstream(server, upstream, parameters);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * As libpq: after a refusal, or a handshake that failed. Not after a certificate that was looked at and not trusted:
 * who names an authority does not mean "or else without".
 */
function mayFallBack({ error }: Refusal): boolean {
  return error instanceof CaptureError && ["UPSTREAM_REFUSED", "UPSTREAM_TLS_FAILED"].includes(error.code);
}
