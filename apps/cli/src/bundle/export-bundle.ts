import { writeFile } from "node:fs/promises";
import { folderNames, type Manifest } from "@custody/evidence";
import { parseCheckpoint, parseNote } from "@custody/ledger/verifier";
import { escapedJson } from "@custody/messages";
import type { CommandContext } from "../commands/context.ts";
import { verifierOf } from "../commands/keys-verifier.ts";
import { openReaderOf } from "../commands/open-reader.ts";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { coveringCheckpoint } from "../export/covering-checkpoint.ts";
import { NewFolder } from "../export/new-folder.ts";
import { noteLook } from "../records/note-look.ts";
import { chooseEntries } from "./choose-entries.ts";
import { copyOutside, readWitnessed } from "./outside-files.ts";
import { PageFile } from "./page-file.ts";
import { readmeText } from "./readme-text.ts";
import { writeRecords } from "./write-records.ts";

/** What `custody export --bundle --json` prints. */
export interface BundleSummary {
  readonly format: "bundle";
  readonly path: string;
  readonly session: string;
  readonly records: number;
  readonly destroyed: number;
  readonly bytes: number;
  readonly size: number;
  readonly root: string;
}

/**
 * Makes an evidence folder: the records of one session, what proves them, and a page that checks it all. Whoever gets it
 * needs neither the ledger nor a key of it. It appears whole or not at all.
 */
export async function exportBundle(
  context: CommandContext,
  session: string,
  path: string,
): Promise<BundleSummary> {
  const folder = await NewFolder.create(path);
  try {
    const summary = await fill(context, session, folder);
    await folder.finish();
    return { ...summary, path };
  } catch (error) {
    await folder.discard();
    throw error;
  } finally {
    context.output.progress("");
  }
}

async function fill(
  context: CommandContext,
  session: string,
  folder: NewFolder,
): Promise<Omit<BundleSummary, "path">> {
  const { environment, output } = context;
  const directory = dataDirectoryToRead(environment, context);
  const reader = await openReaderOf(context, directory);
  const indexes = await chooseEntries(reader, session, (index) =>
    output.progress(`${index} of ${reader.size} entries looked at`),
  );
  const checkpoint = await coveringCheckpoint(context, reader, directory);
  const signed = parseCheckpoint(parseNote(checkpoint).text);
  const page = await PageFile.create(await folder.place(folderNames.page));
  const put = async (name: string, text: string) =>
    writeFile(await folder.place(name), text, { flag: "wx", mode: 0o600 });
  try {
    output.progress(`${indexes.length} records are written`);
    const { bytes, destroyed, records } = await writeRecords(reader, indexes, signed.size, folder, page);
    const manifest: Manifest = {
      v: 1,
      session,
      records,
      destroyed,
      madeAt: new Date().toISOString(),
      madeBy: `custody ${environment.version}`,
    };
    const outside = await copyOutside(directory, folder);
    const witnessed = await readWitnessed(directory, reader, signed);
    const verifier = verifierOf(directory);
    await page.finish({ checkpoint, manifest, outside, verifier, ...(witnessed && { witnessed }) });
    await put(folderNames.manifest, `${escapedJson(manifest)}\n`);
    await put(folderNames.checkpoint, checkpoint);
    await put(folderNames.verifier, `${verifier}\n`);
    if (witnessed) await put(folderNames.consistency, witnessed.consistency);
    await put(folderNames.readme, readmeText(manifest, signed, outside));
    const asked = { format: "bundle", session };
    await noteLook(context, directory, { asked, command: "export", records });
    const root = Buffer.from(signed.root).toString("base64");
    return { bytes, destroyed, format: "bundle", records, root, session, size: signed.size };
  } catch (error) {
    await page.discard();
    throw error;
  }
}
