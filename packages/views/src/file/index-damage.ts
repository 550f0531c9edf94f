/** The file does not hold what was written into it. */
export class IndexDamage extends Error {
  constructor(message: string) {
    super(message);
    this.name = "IndexDamage";
  }
}

/** Whether an error says that the file is damaged, as opposed to a full disk, or to a mistake of ours. */
export function isDamage(error: unknown): boolean {
  return (
    error instanceof IndexDamage ||
    error instanceof SyntaxError ||
    /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error))
  );
}

/** Whether it is SQLite that failed. */
export function isFileError(error: unknown): boolean {
  return codeOf(error).startsWith("SQLITE_");
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}
