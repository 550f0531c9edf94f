import { connect as netConnect, type Socket } from "node:net";
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from "node:tls";
import { encodeSslRequest } from "@custody/wire/postgres";

/** A plain socket that is connected, and harmless when it breaks. */
export async function openPlain(port: number, allowHalfOpen = false): Promise<Socket> {
  const socket = netConnect({ allowHalfOpen, host: "127.0.0.1", noDelay: true, port });
  socket.on("error", () => {});
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return socket;
}

/** TLS after an SSLRequest, or at once. Rejects when the handshake fails. */
export async function openTls(
  port: number,
  options: ConnectionOptions & { readonly isDirect?: boolean } = {},
): Promise<TLSSocket> {
  const { isDirect = false, ...own } = options;
  const socket = await openPlain(port, true);
  if (!isDirect) {
    socket.write(encodeSslRequest());
    const answer = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
    socket.pause();
    if (answer.toString("latin1") !== "S") throw new Error(`answered ${answer.toString("latin1")}`);
  }
  const secured = tlsConnect({ ALPNProtocols: ["postgresql"], rejectUnauthorized: false, socket, ...own });
  await new Promise((resolve, reject) => {
    secured.once("secureConnect", resolve).once("error", reject);
    secured.once("close", () => reject(new Error("closed")));
  });
  secured.on("error", () => {}).on("end", () => secured.end());
  return secured;
}

/** Everything that comes until the other side ends. */
export async function readToEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => socket.end());
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(chunks);
}
