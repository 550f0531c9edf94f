import { escapeText } from "@custody/messages";
import { exitCodeOf } from "./error.ts";
import { readVersion } from "./installation/version.ts";
import { runProgram } from "./program.ts";
import { processOutput } from "./terminal/output.ts";

/** The command `custody`: this file and `environment.ts` are where the process's own surroundings come in. */
const output = processOutput(process.env);
const environment = {
  hint: output.hint,
  variables: process.env,
  version: readVersion(),
  workingDirectory: process.cwd(),
};

/** One line, whatever happened: what, what to do, and a code to look up in docs/errors.md. */
function fail(error: unknown): number {
  if (process.env["CUSTODY_DEBUG"] && error instanceof Error) console.error(escapeStack(error));
  if (isKnown(error)) {
    output.hint(`custody: ${error.message} (${error.code})`);
    return exitCodeOf(error.code);
  }
  const message = error instanceof Error ? error.message : String(error);
  output.hint(
    `custody: internal error: ${message} — run again with CUSTODY_DEBUG=1 and report it (INTERNAL)`,
  );
  return 2;
}

/** By name, since the packages that they come from are loaded only by the commands that need them. */
const KNOWN: ReadonlySet<string> = new Set([
  "AnchorError",
  "CaptureError",
  "CliError",
  "GatewayError",
  "KeysError",
  "LedgerError",
  "ServerError",
  "ViewsError",
]);

function isKnown(error: unknown): error is Error & { code: string } {
  return error instanceof Error && KNOWN.has(error.name) && "code" in error;
}

function escapeStack(error: Error): string {
  return (error.stack ?? error.message).split("\n").map(escapeText).join("\n");
}

// Whatever state a broken assumption leaves, nothing may be forwarded in it: the next start recovers.
process.on("uncaughtException", (error) => process.exit(fail(error)));
process.on("unhandledRejection", (error) => process.exit(fail(error)));

process.exit(await runProgram(process.argv.slice(2), environment, output).catch(fail));
