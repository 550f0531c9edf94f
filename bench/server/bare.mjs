import { createServer } from "node:http";
import { constants, setPriority } from "node:os";

/**
 * The floor of a list under load: a server that has nothing to do but to send the same bytes, at the priority of
 * Custody's own. What it takes is the wait for a core.
 */
const body = JSON.stringify({ rows: Array.from({ length: 50 }, (_, at) => ({ at, text: "x".repeat(600) })) });
setPriority(constants.priority.PRIORITY_LOW);
const server = createServer((_, response) => {
  response.setHeader("content-type", "application/json");
  response.end(body);
});
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
