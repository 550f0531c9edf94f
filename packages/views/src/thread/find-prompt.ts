import type { AuditRecord, ThreadText } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import type { RecordIndex } from "../record-index.ts";
import { readRecord } from "../row/read-record.ts";
import { threadFacts } from "./facts.ts";

/** What a person had said to an agent before it did something. */
export interface FoundPrompt {
  readonly index: number;
  readonly record: AuditRecord;
  readonly text: ThreadText;
  /** `tool`: the act came while a tool ran that this prompt had led to. `session`: it is the newest of the session until then. */
  readonly by: "tool" | "session";
}

/**
 * The prompt that an act came from, as far as that is known. Agents do what nobody has asked for: it says what the agent had
 * been told, and not that the act was meant by it.
 */
export async function findPrompt(
  index: Pick<RecordIndex, "find" | "list" | "related">,
  reader: LedgerReader,
  { action, session }: { readonly action: string; readonly session: string },
): Promise<FoundPrompt | undefined> {
  const first = index.related(action)[0]?.index ?? reader.size;
  const named = (await readRecord(reader, first))?.links?.prompt;
  const linked = named === undefined ? undefined : await promptAt(reader, index.find(named), "tool");
  if (linked !== undefined) return linked;
  const filter = { session, type: "prompt.submitted" };
  const [newest] = index.list({ before: first, filter, limit: 1, view: "records" }).rows;
  return promptAt(reader, newest?.index, "session");
}

async function promptAt(
  reader: LedgerReader,
  index: number | undefined,
  by: FoundPrompt["by"],
): Promise<FoundPrompt | undefined> {
  const record = index === undefined ? undefined : await readRecord(reader, index);
  const { text } = record === undefined ? {} : threadFacts(record);
  if (index === undefined || record?.type !== "prompt.submitted" || text === undefined) return undefined;
  return { by, index, record, text };
}
