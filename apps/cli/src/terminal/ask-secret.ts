import { CliError } from "../error.ts";

/** More than any password; what goes on is no line. */
const LENGTH_MAX = 4096;

/** Asks on the terminal, and shows nothing of what is typed. @throws CliError USAGE where there is no terminal */
export async function askSecret(question: string): Promise<string> {
  const { stderr, stdin } = process;
  if (!stdin.isTTY) throw new CliError("USAGE", "there is no terminal to ask on", "use --password-stdin");
  stderr.write(question);
  stdin.setRawMode(true);
  try {
    return await typedLine(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}

function typedLine(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const done = (end: () => void) => {
      stdin.off("data", take);
      end();
    };
    const take = (chunk: Buffer) => {
      for (const key of chunk.toString("utf8")) {
        if (key === "\r" || key === "\n") return done(() => resolve(text));
        // Control-C and Control-D.
        if (key === "\u0003" || key === "\u0004")
          return done(() => reject(new CliError("USAGE", "nothing was given", "run it again")));
        if (key === "\u007f" || key === "\b") text = [...text].slice(0, -1).join("");
        else if (text.length < LENGTH_MAX) text += key;
      }
    };
    stdin.on("data", take);
  });
}

/** The first line of standard input. */
export async function readSecret(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.includes("\n") || text.length > LENGTH_MAX) break;
  }
  return (text.split("\n")[0] ?? "").replace(/\r$/, "");
}
