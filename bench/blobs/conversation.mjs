import { readdirSync, readFileSync } from "node:fs";

/**
 * A conversation between a coding agent and a model, as their bodies go over the wire: every request repeats all that was
 * said, in front of the same system prompt and tools; the mark of what may be cached moves on with the last message; and
 * each response is a stream of small events. What is said are this repository's own documents and sources.
 */
export function* conversation(turns, seed) {
  const random = randomFrom(seed);
  const { paragraphs, sources } = material();
  const pick = (list) => list[Math.floor(random() * list.length)];
  const id = () => Array.from({ length: 24 }, () => "0123456789abcdef"[Math.floor(random() * 16)]).join("");
  const system = paragraphs.slice(0, 60).join("\n\n").slice(0, 16_000);
  const tools = Array.from({ length: 14 }, (_, at) => toolOf(at, paragraphs));
  const messages = [{ role: "user", content: [{ type: "text", text: paragraphs.slice(60, 66).join("\n") }] }];
  for (let turn = 0; turn < turns; turn += 1) {
    yield { kind: "request", body: requestOf(messages, system, tools, id().slice(0, 3)) };
    const text = pick(paragraphs).slice(0, 200 + Math.floor(random() * 800));
    const source = pick(sources);
    const isEdit = random() < 0.3;
    const input = isEdit
      ? { file_path: "/repo/src/a.ts", old_string: source.slice(0, 400), new_string: source.slice(200, 1600) }
      : { file_path: `/repo/src/file-${turn}.ts` };
    const call = { type: "tool_use", id: `toolu_${id()}`, name: isEdit ? "Edit" : "Read", input };
    yield { kind: "response", body: responseOf(id(), text, call, random) };
    messages.push({ role: "assistant", content: [{ type: "text", text }, call] });
    const lines = source.slice(0, 1000 + Math.floor(random() * 9000)).split("\n");
    const output = isEdit
      ? "The file has been updated."
      : lines.map((line, at) => `${at + 1}\t${line}`).join("\n");
    messages.push({
      role: "user",
      content: [{ type: "tool_result", tool_use_id: call.id, content: output }],
    });
  }
}

function requestOf(messages, system, tools, version) {
  const last = messages.at(-1);
  const marked = last.content.map((part, at) =>
    at === last.content.length - 1 ? { ...part, cache_control: { type: "ephemeral" } } : part,
  );
  const body = {
    model: "model",
    messages: [...messages.slice(0, -1), { ...last, content: marked }],
    system: [
      { type: "text", text: `client version=2.1.${version}` },
      { type: "text", text: system, cache_control: { type: "ephemeral" } },
    ],
    tools,
    max_tokens: 128_000,
    stream: true,
  };
  return Buffer.from(JSON.stringify(body));
}

function responseOf(message, text, call, random) {
  let stream = "";
  const event = (type, data) => {
    stream += `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
  };
  const usage = { input_tokens: Math.floor(random() * 9999), output_tokens: 1 };
  event("message_start", { message: { id: `msg_${message}`, role: "assistant", usage } });
  event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  for (let at = 0; at < text.length; at += 12)
    event("content_block_delta", { index: 0, delta: { type: "text_delta", text: text.slice(at, at + 12) } });
  event("content_block_stop", { index: 0 });
  const json = JSON.stringify(call.input);
  event("content_block_start", { index: 1, content_block: { ...call, input: {} } });
  for (let at = 0; at < json.length; at += 16)
    event("content_block_delta", {
      index: 1,
      delta: { type: "input_json_delta", partial_json: json.slice(at, at + 16) },
    });
  event("content_block_stop", { index: 1 });
  event("message_delta", { delta: { stop_reason: "tool_use" }, usage: { output_tokens: 1 } });
  event("message_stop", {});
  return Buffer.from(stream);
}

function toolOf(at, paragraphs) {
  const words = (paragraphs[100 + at] ?? "").split(/\W+/).slice(0, 8);
  const properties = Object.fromEntries(
    words.map((word) => [word, { type: "string", description: (paragraphs[120 + at] ?? "").slice(0, 120) }]),
  );
  const description = paragraphs
    .slice(150 + at * 4, 154 + at * 4)
    .join("\n")
    .slice(0, 2500);
  return { name: `Tool${at}`, description, input_schema: { type: "object", properties } };
}

function material() {
  const root = new URL("../../", import.meta.url);
  const read = (path) => readFileSync(new URL(path, root), "utf8");
  const documents = readdirSync(new URL("docs/", root)).filter((name) => name.endsWith(".md"));
  const paragraphs = documents.flatMap((name) => read(`docs/${name}`).split("\n\n"));
  const names = readdirSync(new URL("packages/", root), { recursive: true }).map(String);
  const sources = names
    .filter((name) => /^[a-z]+\/src\/.*\.ts$/.test(name))
    .sort()
    .map((name) => read(`packages/${name}`));
  return { paragraphs, sources };
}

/** Numbers that only depend on the seed (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
