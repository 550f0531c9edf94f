// A bare pipe between two sockets: what Node itself costs on this way. Usage: pipe.mjs PORT UPSTREAM-PORT
import { connect, createServer } from "node:net";

const [port, upstream] = process.argv.slice(2).map(Number);
createServer({ noDelay: true }, (client) => {
  const server = connect({ port: upstream, host: "127.0.0.1", noDelay: true });
  for (const socket of [client, server]) socket.on("error", () => client.destroy() && server.destroy());
  client.pipe(server);
  server.pipe(client);
}).listen(port, "127.0.0.1");
