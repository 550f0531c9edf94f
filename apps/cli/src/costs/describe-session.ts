import type { SessionSummary } from "@custody/domain";
import { escapeText } from "@custody/messages";
import { costText } from "./describe-costs.ts";

const COMMAND_CHARACTERS_MAX = 80;

/** One line for one session: when, how it stands, which, who for whom, where, what it did, what that cost. */
export function sessionLine(session: SessionSummary): string {
  const { agent, command, cost, id, parent, person, project, startedAt } = session;
  const parts = [
    `${startedAt.slice(0, 10)} ${startedAt.slice(11, 19)}`,
    standing(session).padEnd(8),
    id,
    `${agent ?? "nobody"}${person === undefined ? "" : ` for ${person}`}`,
    project,
    deeds(session),
    ...(cost.requests === 0 ? [] : [costText(cost)]),
    ...(parent === undefined ? [] : [`below ${parent}`]),
    ...(command === undefined ? [] : [shortened(command)]),
  ];
  return parts.map(escapeText).join("  ");
}

function standing({ exitCode, signal, state }: SessionSummary): string {
  if (state !== "ended") return state;
  if (signal !== undefined) return `ended ${signal}`;
  return exitCode === undefined ? state : `ended ${exitCode}`;
}

function deeds({ counts }: SessionSummary): string {
  const { denied, prompts, requests, statements, toolCalls, writes } = counts;
  const marks = [
    ...(writes === 0 ? [] : [`${writes} writes`]),
    ...(denied === 0 ? [] : [`${denied} denied`]),
  ];
  return [
    ...(prompts === 0 ? [] : [`${prompts} prompts`]),
    ...(requests === 0 ? [] : [`${requests} requests`]),
    ...(toolCalls === 0 ? [] : [`${toolCalls} tool calls`]),
    `${statements} statements${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`,
  ].join(", ");
}

function shortened(text: string): string {
  if (text.length <= COMMAND_CHARACTERS_MAX) return text;
  const characters = [...text.slice(0, COMMAND_CHARACTERS_MAX * 2)];
  return `${characters.slice(0, COMMAND_CHARACTERS_MAX).join("")}…`;
}
