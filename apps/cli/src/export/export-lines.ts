import { type Format, sinkEntry } from "@custody/sinks";
import type { CommandContext } from "../commands/context.ts";
import { openReaderOf } from "../commands/open-reader.ts";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { type FilterOptions, recordFilter } from "../records/filter.ts";
import { noteLook } from "../records/note-look.ts";
import { matchingEntries } from "./matching-entries.ts";
import { NewFile } from "./new-file.ts";
import type { Summary } from "./summary.ts";

/** Lines are gathered up to this many characters before they are written. */
const CHUNK_CHARACTERS = 256 * 1024;

/** Writes one line a record, to a file, or to standard output when `path` is null. */
export async function exportLines(
  context: CommandContext,
  format: Format,
  options: FilterOptions & { readonly force?: boolean },
  path: string | null,
): Promise<Summary> {
  const { output } = context;
  const directory = dataDirectoryToRead(context.environment, context);
  const reader = await openReaderOf(context, directory);
  const filter = recordFilter(options, reader, Date.now());
  const file = path === null ? undefined : await NewFile.create(path, options.force === true);
  let bytes = 0;
  let records = 0;
  let chunk = format.header;
  const write = async (text: string) => {
    bytes += Buffer.byteLength(text);
    if (file === undefined) output.write(text);
    else await file.write(text);
  };
  try {
    const onWindow = (end: number) =>
      output.progress(`${end} of ${reader.size} entries, ${records} exported`);
    for await (const { entry, record } of matchingEntries(reader, filter, onWindow)) {
      chunk += format.line(sinkEntry(entry, record, reader.origin));
      records += 1;
      if (chunk.length < CHUNK_CHARACTERS) continue;
      await write(chunk);
      chunk = "";
    }
    await write(chunk);
    await file?.finish();
    const { session, since, target, type, until } = options;
    const asked = { format: format.name, session, since, target, type, until };
    await noteLook(context, directory, { asked, command: "export", records });
  } finally {
    await file?.discard();
    output.progress("");
  }
  return { bytes, format: format.name, path: path ?? "-", records, size: reader.size };
}
