import { parseCheckpoint, parseNote } from "@custody/ledger/verifier";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { actionLines } from "../records/describe-action.ts";
import { findAction, isSessionId } from "../records/find-action.ts";
import { noteLook } from "../records/note-look.ts";
import type { CommandContext } from "./context.ts";
import { openReaderOf } from "./open-reader.ts";
import { showThread } from "./thread.ts";

/** One action: all its records, and how far each can be proved. Of a session its thread. */
export async function show(context: CommandContext, id: string): Promise<number> {
  const directory = dataDirectoryToRead(context.environment, context);
  const reader = await openReaderOf(context, directory);
  if (await isSessionId(reader, id)) return showThread(context, id.toLowerCase(), {});
  const records = await findAction(reader, id);
  await noteLook(context, directory, { asked: id, command: "show", records: records.length });
  const note = await reader.checkpoint();
  const size = note === undefined ? 0 : parseCheckpoint(parseNote(note).text).size;
  if (context.isJson) {
    const proofs = records.map(({ index }) => ({ checkpointSize: size, covered: index < size, index }));
    context.output.json({ action: records[0]?.action, proofs, records });
    return 0;
  }
  const proofState = (index: number) =>
    index < size ? `covered by the checkpoint of size ${size}` : "not covered by a checkpoint yet";
  for (const line of actionLines(records, proofState)) context.output.line(line);
  return 0;
}
