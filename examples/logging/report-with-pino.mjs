import pino from "pino";

const { CUSTODY_TOKEN: token, CUSTODY_URL: url } = process.env;
const transport = pino.transport({ target: "@custody/client/pino", options: { url, token, spool: "spool" } });
const logger = pino(transport);

logger.info({ type: "app.refund.approved", order: 7, cents: 1250 }, "refund approved");
logger.warn("the queue is long");
logger.error(new Error("the printer does not answer"));
transport.end();
