import { Directory, SEAL_KEY_LABEL, Sealer, stateOf } from "@custody/identity";
import type { LedgerReader } from "@custody/ledger";
import type { DataPathLink } from "../process/data-path-link.ts";

/** Who there is, as the data path knows it: all of it once, and then each change before whoever asked for it is answered. */
export async function followIdentities(
  link: Pick<DataPathLink, "ask" | "onIdentity">,
  reader: Pick<LedgerReader, "deriveKey">,
  onChange: () => void,
): Promise<Directory> {
  const directory = new Directory(new Sealer(reader.deriveKey(SEAL_KEY_LABEL)));
  link.onIdentity((record) => {
    directory.apply(record);
    onChange();
  });
  const { snapshot, usedMs } = await link.ask("identities", undefined);
  directory.replace(stateOf(snapshot));
  for (const [session, atMs] of Object.entries(usedMs)) directory.noteUse(session, atMs);
  return directory;
}
