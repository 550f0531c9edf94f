import { createServer } from "node:http";

/**
 * A provider that answers at once, with what it was started with: a process of its own, so that what it takes is not the
 * gateway's.
 */
const answers = new Map();
const server = createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    const id = request.headers["x-answer"];
    response.writeHead(200, { "content-type": "text/event-stream", "request-id": "req_1" });
    const stored = answers.get(id);
    if (stored !== undefined) return response.end(stored);
    // As a model does: its first words long before its last.
    response.write(FIRST);
    setTimeout(() => response.end(REST), ANSWER_MS);
  });
});

const event = (data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const usage = {
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  input_tokens: 12,
  output_tokens: 20,
};
const [FIRST, ...OTHERS] = [
  {
    message: { content: [], id: "msg_1", model: "claude-sonnet-4-5", role: "assistant", usage },
    type: "message_start",
  },
  { content_block: { text: "", type: "text" }, index: 0, type: "content_block_start" },
  ...Array.from({ length: 20 }, (_, at) => ({
    delta: { text: `word ${at} `, type: "text_delta" },
    index: 0,
    type: "content_block_delta",
  })),
  { index: 0, type: "content_block_stop" },
  { delta: { stop_reason: "end_turn" }, type: "message_delta", usage: { output_tokens: 40 } },
  { type: "message_stop" },
].map(event);
const REST = OTHERS.join("");
const ANSWER_MS = 100;

process.on("message", ({ body, id }) => {
  answers.set(id, Buffer.from(body, "base64"));
  process.send({ stored: id });
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit(0));
