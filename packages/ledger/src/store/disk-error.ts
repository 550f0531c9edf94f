import { LedgerError } from "../error.ts";

/** What an operating system's error means to the ledger. Both answers are final until the ledger is opened again. */
export function diskError(error: unknown, doing: string): LedgerError {
  if (error instanceof LedgerError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new LedgerError("LEDGER_DISK_FULL", `the disk is full (${doing}): make space, then start again`, {
      cause: error,
    });
  }
  const reason = error instanceof Error ? error.message : String(error);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    const what = `the disk may not be written (${doing}): ${reason}; check whose the data directory is`;
    return new LedgerError("LEDGER_IO", what, { cause: error });
  }
  return new LedgerError("LEDGER_IO", `the disk failed (${doing}): ${reason}`, { cause: error });
}
