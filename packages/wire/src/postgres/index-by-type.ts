/** Turns a record by type letter into an array by type byte, which every message of a connection is looked up in. */
export function indexByType<Entry>(entries: Readonly<Record<string, Entry>>): readonly (Entry | undefined)[] {
  const byType = new Array<Entry | undefined>(256).fill(undefined);
  for (const [letter, entry] of Object.entries(entries)) byType[letter.charCodeAt(0)] = entry;
  return byType;
}
