// A model API that says what a picture shows: the page of a session needs one to have asked, and no provider is asked for it.
import { createServer } from "node:http";

/** What the model answers to each request, in this order. */
const ANSWERS = [
  {
    text: "I look at what is old first, and then close those accounts.",
    call: { command: "psql -f close-accounts.sql" },
  },
  { text: "Two accounts were inactive for two years. Both are closed now; their orders stay." },
  { text: "The orders of this week, by city: Lisbon leads.", call: { command: "psql -f week.sql" } },
  { text: "Lisbon has most orders, then Porto." },
];

/** Starts it on a free port. */
export async function startModel() {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const { call, text } = ANSWERS[count % ANSWERS.length];
      count += 1;
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(message(`msg_${count}`, text, call)));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { stop: () => server.close(), url: `http://127.0.0.1:${server.address().port}` };
}

function message(id, text, input) {
  const call = { id: `toolu_${id}`, input, name: "Bash", type: "tool_use" };
  return {
    content: [{ text, type: "text" }, ...(input === undefined ? [] : [call])],
    id,
    model: "claude-sonnet-4-5",
    role: "assistant",
    stop_reason: input === undefined ? "end_turn" : "tool_use",
    type: "message",
    usage: {
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 18_400,
      input_tokens: 2_310,
      output_tokens: 184,
    },
  };
}
