import { escapeText } from "@custody/messages";
import type { Status } from "@custody/server";
import { ControlClient } from "../control/control-client.ts";
import type { CommandContext } from "./context.ts";

/** What is running, and where. A ledger that cannot write is a "no": nothing is forwarded then. */
export async function status(context: CommandContext): Promise<number> {
  const found = (await ControlClient.find(context.environment, context).request(
    "GET",
    "/api/status",
  )) as Status;
  if (context.isJson) context.output.json(found);
  else for (const line of describe(found)) context.output.line(escapeText(line));
  return found.ledger.failure === null ? 0 : 1;
}

function describe({
  connections,
  data,
  ledger,
  masterKey,
  pid,
  sessions,
  startedAt,
  targets,
  version,
}: Status): string[] {
  const { failure } = ledger;
  return [
    `custody ${version}, process ${pid}, since ${startedAt}`,
    `data      ${data}`,
    `ledger    ${ledger.origin}, ${ledger.size} entries, ${ledger.durableSize} of them on the disk`,
    ...(failure ? [`          CANNOT WRITE (${failure.code}): ${failure.message}`] : []),
    `key       ${masterKey.source}, generation ${masterKey.generation}, ${copyText(masterKey)}`,
    ...targets.map(({ kind, listen, name }) => `target    ${name} (${kind}) on ${listen}`),
    `sessions  ${sessions} may connect, ${connections} connections are open`,
  ];
}

function copyText({ copiedAt, needsCopy }: Status["masterKey"]): string {
  if (copiedAt !== null) return `copied ${copiedAt}`;
  return needsCopy ? "NO RECOVERY COPY: custody keys export --to AGE-RECIPIENT" : "no recovery copy";
}
