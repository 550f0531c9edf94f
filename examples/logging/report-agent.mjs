import { createAuditLogger } from "@custody/client";

const { CUSTODY_TOKEN: token, CUSTODY_URL: url } = process.env;
const logger = createAuditLogger({ url, token, agent: { name: "support-bot" }, spool: "spool" });

const prompt = logger.prompt("Which orders were not paid yet?");
const request = logger.modelRequest({
  provider: "anthropic",
  model: "claude-sonnet-4-5",
  links: { prompt: prompt.action },
});
request.completed({ text: "I look them up.", usage: { input: 812, output: 40 } });
logger.toolCall({
  id: "toolu_1",
  name: "find_orders",
  input: { paid: false },
  links: { request: request.action },
});
logger.toolResult({ id: "toolu_1", name: "find_orders", result: "17 orders" });
await logger.info("app.answer.sent", { orders: 17, message: "17 orders were not paid" });
await logger.close();
