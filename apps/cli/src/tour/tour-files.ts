import { chmodSync, existsSync, lstatSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { CliError } from "../error.ts";
import { isFree } from "../local-postgres/free-port.ts";
import type { TourFolder } from "./tour-folder.ts";

const PORT = 6432;

/** Makes the folder, and the files in it that a reader may want to see and change; those that are there stay. */
export async function writeTourFiles(folder: TourFolder): Promise<void> {
  try {
    // Rules and configuration lie in it: whatever the umask is, nobody else may change them.
    mkdirSync(folder.path, { mode: 0o700, recursive: true });
    if (!lstatSync(folder.path).isDirectory()) throw new Error("it is no folder");
    // The user that PostgreSQL runs as must come through, whatever umask we were started with.
    if (process.getuid?.() === 0) chmodSync(folder.path, 0o755);
    if (!existsSync(folder.policy)) writeFileSync(folder.policy, POLICY);
    if (!existsSync(folder.config)) {
      // Whoever finds the file finds all of it: it is what makes the folder a tour.
      writeFileSync(`${folder.config}.tmp`, configText((await isFree(PORT)) ? PORT : 0));
      renameSync(`${folder.config}.tmp`, folder.config);
    }
  } catch (cause) {
    throw new CliError(
      "FILE_UNUSABLE",
      `the tour cannot use ${folder.path}: ${(cause as Error).message}`,
      "start it in a folder that you may write to, or remove that one",
      { cause },
    );
  }
}

/** Port 0 takes a free one at each start. */
function configText(port: number): string {
  return `# The tour's configuration, made by \`custody up\`; \`custody tour rm\` removes it with everything else here.
data: ./data
policy: ./policy.yaml
targets:
  - name: shop
    kind: postgres
    listen: 127.0.0.1:${port}
    upstream: { file: ./shop.url } # the tour's own PostgreSQL; its port is another at each start
    environment: production
`;
}

const POLICY = `# The tour's rules. docs/policy.md explains them. Behind them stand the built-in denials and, since this is production, the
# preset that \`custody policy show guarded\` prints.
version: 1
rules:
  - name: no-dropping-in-production
    match:
      environment: production
      verb: [DROP TABLE, DROP SCHEMA, DROP DATABASE, TRUNCATE]
    effect: deny
    message: Tables in production are removed by a migration, not by an agent.

  - name: whole-table-writes
    match:
      environment: production
      tier: [write, destructive]
      unbounded: true
    effect: deny
    message: This would change every row. Add a WHERE clause.
`;
