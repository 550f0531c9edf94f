import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { spawn } from "@lydell/node-pty";
import { command, startCustody } from "../custody.mjs";
import { interleave, medians, printTable, round } from "../measure.mjs";

const MEGABYTES = 100;

/** `npm run bench -- terminal [--rounds N]`: how fast 100 MB reach a terminal, bare and by way of `custody run`. */
export async function benchTerminal({ rounds = 5, directory }) {
  const folder = mkdtempSync(join(directory, "bench-terminal-"));
  const custody = await startCustody(folder);
  try {
    const file = join(folder, "output");
    await writeOutput(file);
    const env = { ...custody.environment, CUSTODY_HOME: custody.data };
    const recorded = [command, "run", "--agent", "bench", "--", "cat", file];
    const contestants = [
      { name: "cat in a bare terminal", run: () => shown("cat", [file], folder, env) },
      { name: "under custody run", run: () => shown(process.execPath, recorded, folder, env) },
    ];
    const results = await interleave(contestants, rounds, (text) => process.stderr.write(`${text}\n`));
    const [bare, ours] = contestants.map(({ name }) => medians(results.get(name)));
    printTable(
      `${MEGABYTES} MB of output (load ${loadavg()[0].toFixed(2)})`,
      ["", "MB/s", "share", "bytes seen"],
      [
        [contestants[0].name, round(bare.rate), "", bare.bytes],
        [contestants[1].name, round(ours.rate), round(ours.rate / bare.rate), ours.bytes],
      ],
    );
  } finally {
    await custody.stop();
    rmSync(folder, { force: true, recursive: true });
  }
}

/** From the start of the program to its end, in a terminal that reads as fast as it can. */
function shown(program, parameters, cwd, env) {
  return new Promise((resolve) => {
    const began = performance.now();
    const terminal = spawn(program, parameters, {
      cols: 120,
      cwd,
      encoding: null,
      env,
      name: "xterm-256color",
      rows: 40,
    });
    let bytes = 0;
    terminal.onData((piece) => {
      bytes += piece.length;
    });
    terminal.onExit(() => {
      const seconds = (performance.now() - began) / 1000;
      resolve({ bytes, rate: MEGABYTES / seconds });
    });
  });
}

/** Lines as a build prints them, with colours. */
async function writeOutput(file) {
  const stream = createWriteStream(file);
  const lines = Array.from(
    { length: 1000 },
    (_, at) => `\x1b[32mok\x1b[0m   ${at} compiled src/module-${at}/file.ts in ${(at * 7) % 90} ms\r\n`,
  ).join("");
  for (let written = 0; written < MEGABYTES * 1e6; written += lines.length)
    if (!stream.write(lines)) await new Promise((resolve) => stream.once("drain", resolve));
  stream.end();
  await finished(stream);
}
