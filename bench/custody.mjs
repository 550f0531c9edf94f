import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const command = new URL("../apps/cli/bin/custody.mjs", import.meta.url).pathname;

/** The built command, as users run it, in a folder of its own; without databases. */
export async function startCustody(folder, yaml = "") {
  const environment = { ...process.env };
  for (const name of ["CUSTODY_HOME", "CUSTODY_URL", "CUSTODY_TOKEN"]) delete environment[name];
  writeFileSync(join(folder, "custody.yaml"), `data: ./data\nlisten: 127.0.0.1:0\n${yaml}`);
  const options = { cwd: folder, env: environment };
  const child = spawn(process.execPath, [command, "up", "--json"], {
    ...options,
    stdio: ["ignore", "pipe", "ignore"],
  });
  for await (const line of createInterface({ input: child.stdout })) if (JSON.parse(line).ready) break;
  return {
    data: join(folder, "data"),
    environment,
    async json(...parameters) {
      const asked = spawn(process.execPath, [command, ...parameters, "--json"], {
        ...options,
        stdio: ["ignore", "pipe", "inherit"],
      });
      let text = "";
      for await (const piece of asked.stdout) text += piece;
      return JSON.parse(text);
    },
    pid: child.pid,
    stop: () =>
      new Promise((resolve) => {
        child.on("exit", resolve);
        child.kill("SIGTERM");
      }),
  };
}

/** User and system time of all threads of a process, in ms. */
export function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
