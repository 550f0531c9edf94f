import { commandName } from "../terminal/command-name.ts";
import type { WorkDone } from "./agent-work.ts";

/** What a newcomer is told after `ready`: what happened, and where to go from here. */
export function explainTour(
  done: WorkDone | undefined,
  signInUrl: string,
  variables: Readonly<Record<string, string | undefined>>,
): string[] {
  const custody = commandName(variables);
  return [
    "",
    "This is a tour, in .custody-tour: a small shop in a PostgreSQL of its own, and Custody in front of it.",
    ...(done === undefined ? [] : whatHappened(done)),
    // The sample data is nobody's secret, so the link may stand in a log too.
    `See it in a browser (once; later: ${custody} open):  ${signInUrl}`,
    `Look, in another terminal, here:  ${custody} log      ${custody} show ID      ${custody} verify`,
    `Guard a database of your own:     ${custody} guard "$DATABASE_URL"`,
    `Remove the tour:                  Ctrl-C, then ${custody} tour rm`,
    "",
  ];
}

function whatHappened({ denied, failed, statements }: WorkDone): string[] {
  return [
    `A script acting as the agent \`tour-agent\` sent ${statements} statements: reads, a committed order, a DELETE that cascades,`,
    `an UPDATE rolled back, ${failed} mistake. Custody refused ${denied.length}: ${denied.map(firstWords).join("; ")}.`,
  ];
}

function firstWords(sql: string): string {
  return sql.split(" ").slice(0, 4).join(" ").replace(/ '.*/, "");
}
