import { createConnection, type Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { CaptureError, type UpstreamDoor } from "@custody/capture/postgres";
import { decodeEncryptionAnswer, encodeSslRequest } from "@custody/wire/postgres";
import { encryptUpstream, type UpstreamTls, upstreamContext } from "./upstream-tls.ts";

/** Long enough for a network that loses packets, short enough that an agent learns of it before it gives up. */
const CONNECT_TIMEOUT_MS = 10_000;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** How to reach the database in this mode of TLS, and what else to try. */
export function upstreamWays(address: Address, tls: UpstreamTls): Pick<UpstreamDoor, "connect" | "fallback"> {
  const plain = () => connectPlain(address);
  const context = upstreamContext(tls);
  const encrypted = () => connectEncrypted(address, tls, context);
  switch (tls.mode) {
    case "disable":
      return { connect: plain };
    case "allow":
      return { connect: plain, fallback: { connect: encrypted, isEncrypted: true } };
    case "prefer":
      return { connect: encrypted, fallback: { connect: plain, isEncrypted: false } };
    default:
      return { connect: encrypted };
  }
}

/** Connects to a database. Rejects when it does not answer in time. */
function connectPlain(address: Address): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({
      host: address.host,
      keepAlive: true,
      noDelay: true,
      port: address.port,
    });
    const late = setTimeout(() => {
      socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS / 1000} seconds`));
    }, CONNECT_TIMEOUT_MS);
    const fail = (error: Error) => {
      clearTimeout(late);
      reject(error);
    };
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(late);
      // Whoever uses the socket sees its end; an error that nobody listens for would end the process.
      socket.on("error", () => {});
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

/** Connects and turns to TLS; in plain only when the server has no TLS and the mode is content with that. */
async function connectEncrypted(address: Address, tls: UpstreamTls, context: SecureContext): Promise<Socket> {
  const socket = await connectPlain(address);
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    socket.destroy();
  }, CONNECT_TIMEOUT_MS);
  try {
    const mayEncrypt = tls.isDirect || (await askForTls(socket, address, tls));
    return mayEncrypt ? await encryptUpstream(socket, address, tls, context) : socket;
  } catch (error) {
    socket.destroy();
    throw isLate ? refusal(address, `no handshake within ${CONNECT_TIMEOUT_MS / 1000} seconds`) : error;
  } finally {
    clearTimeout(late);
  }
}

/**
 * Whether the handshake may begin. The socket is paused then: only what comes with the answer can have been injected
 * (CVE-2021-23222), and what comes behind it is read by the handshake.
 */
function askForTls(socket: Socket, address: Address, tls: UpstreamTls): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(refusal(address, "it closed the connection when it was asked for TLS"));
    socket.once("close", gone);
    socket.once("data", (chunk) => {
      socket.off("close", gone);
      socket.pause();
      try {
        const answer = decodeEncryptionAnswer("ssl-request", chunk);
        const isContent = tls.mode === "prefer" || tls.mode === "allow";
        if (answer === "accepted") resolve(true);
        else if (answer === "refused" && isContent) resolve(false);
        else reject(refusal(address, `the server does not offer it, and the URL says sslmode=${tls.mode}`));
      } catch (error) {
        reject(refusal(address, (error as Error).message, error));
      }
    });
    socket.write(encodeSslRequest());
  });
}

function refusal({ host, port }: Address, why: string, cause?: unknown): CaptureError {
  const message = `no TLS with the database at ${host}:${port}: ${why}`;
  return new CaptureError("UPSTREAM_TLS_FAILED", message, { cause });
}
