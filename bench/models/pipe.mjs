import { Agent, createServer, request } from "node:http";

/** The least that a gateway in Node.js can do: it reads a request whole, asks, and passes the answer on. */
const port = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
const server = createServer((from, to) => {
  const pieces = [];
  from.on("data", (piece) => pieces.push(piece));
  from.on("end", () => {
    const { headers, method, url: path } = from;
    const asked = request({ agent, headers, host: "127.0.0.1", method, path, port }, (answer) => {
      to.writeHead(answer.statusCode, answer.rawHeaders);
      to.flushHeaders();
      answer.pipe(to);
    });
    asked.on("error", () => to.destroy());
    asked.end(Buffer.concat(pieces));
  });
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit(0));
