import { spawn } from "node:child_process";
import { escapeText } from "@custody/messages";
import { ControlClient } from "../control/control-client.ts";
import type { CommandContext } from "./context.ts";

export interface OpenOptions {
  readonly print?: boolean;
}

/** Prints a link that signs one browser in, and opens it where a person sits. */
export async function open(context: CommandContext, options: OpenOptions): Promise<number> {
  const { environment, isJson, output } = context;
  const client = ControlClient.find(environment, context);
  const code = (await client.request("POST", "/api/sign-in-codes", {})) as { url: string; expires: string };
  if (isJson) output.json({ expires: code.expires, url: code.url });
  else output.line(escapeText(code.url));
  if (process.stdout.isTTY && !isJson && options.print !== true) await openBrowser(code.url);
  return 0;
}

/** Without a browser the link that was printed has to do. */
function openBrowser(url: string): Promise<void> {
  const command = process.platform === "darwin" ? "open" : "xdg-open";
  return new Promise((resolve) => {
    const child = spawn(command, [url], { detached: true, stdio: "ignore" });
    child.once("error", () => resolve());
    child.once("spawn", () => {
      child.unref();
      resolve();
    });
  });
}
