import { escapeText } from "@custody/messages";
import type { Status, StatusAnswer } from "@custody/server";
import { alertLines } from "../alerts/describe-alerts.ts";
import { ControlClient } from "../control/control-client.ts";
import { outsideLines } from "../outside/describe-outside.ts";
import { standingLines } from "../targets/describe-target.ts";
import type { CommandContext } from "./context.ts";

/** What is running, and where. A ledger that cannot write is a "no": nothing is forwarded then. */
export async function status(context: CommandContext): Promise<number> {
  const found = (await ControlClient.find(context.environment, context).request(
    "GET",
    "/api/status",
  )) as StatusAnswer;
  if (context.isJson) context.output.json(found);
  else for (const line of describe(found)) context.output.line(escapeText(line));
  return found.ledger.failure === null ? 0 : 1;
}

function describe({
  alerts,
  connections,
  data,
  ledger,
  masterKey,
  outside,
  pid,
  sessions,
  startedAt,
  targets,
  version,
}: StatusAnswer): string[] {
  const { failure } = ledger;
  return [
    `custody ${version}, process ${pid}, since ${startedAt}`,
    `data      ${data}`,
    `ledger    ${ledger.origin}, ${ledger.size} entries, ${ledger.durableSize} of them on the disk`,
    ...(failure ? [`          CANNOT WRITE (${failure.code}): ${failure.message}`] : []),
    `key       ${masterKey.source}, generation ${masterKey.generation}, ${copyText(masterKey)}`,
    ...targets.flatMap(({ kind, listen, name, ...standing }) => [
      `target    ${name} (${kind}) on ${listen}`,
      ...standingLines(standing).map((line) => `          ${line}`),
    ]),
    ...outsideLines(outside).map((line, at) => `${at === 0 ? "outside" : ""}`.padEnd(10) + line),
    ...alertLines(alerts),
    `sessions  ${sessions} may connect, ${connections} connections are open`,
  ];
}

function copyText({ copiedAt, needsCopy }: Status["masterKey"]): string {
  if (copiedAt !== null) return `copied ${copiedAt}`;
  return needsCopy ? "NO RECOVERY COPY: custody keys export --to AGE-RECIPIENT" : "no recovery copy";
}
