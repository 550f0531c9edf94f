import { writeFile } from "node:fs/promises";
import { publicLog } from "@custody/ledger";
import { parseCheckpoint, parseNote } from "@custody/ledger/verifier";
import type { CommandContext } from "../commands/context.ts";
import { openReaderOf } from "../commands/open-reader.ts";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { noteLook } from "../records/note-look.ts";
import { coveringCheckpoint } from "./covering-checkpoint.ts";
import { NewFolder } from "./new-folder.ts";
import type { Summary } from "./summary.ts";

/**
 * Copies the public log, as one checkpoint covers it, into a directory that did not exist or is empty: exactly the
 * checkpoint and the tiles and bundles of its size. It is put together beside, so it appears whole or not at all.
 */
export async function exportLog(context: CommandContext, path: string): Promise<Summary> {
  const { environment, output } = context;
  const directory = dataDirectoryToRead(environment, context);
  const folder = await NewFolder.create(path);
  let bytes = 0;
  let records = 0;
  try {
    const checkpoint = await coveringCheckpoint(context, await openReaderOf(context, directory), directory);
    const { root, size } = parseCheckpoint(parseNote(checkpoint).text);
    for await (const file of publicLog({ checkpoint, directory })) {
      await writeFile(await folder.place(file.path), file.bytes, { flag: "wx", mode: 0o600 });
      bytes += file.bytes.length;
      if (file.path.startsWith("tile/entries/")) records = Math.min(size, records + 256);
      output.progress(`${records} of ${size} entries`);
    }
    await folder.finish();
    // The public log has the entries, and no record.
    await noteLook(context, directory, { asked: { format: "tlog" }, command: "export", records: 0 });
    return { bytes, format: "tlog", path, records: size, root: Buffer.from(root).toString("base64"), size };
  } catch (error) {
    await folder.discard();
    throw error;
  } finally {
    output.progress("");
  }
}
