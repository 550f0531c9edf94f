import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const TOKEN_BYTES = 32;

/** Reads the token that the local operator's commands show; undefined before the first start. */
export function readLocalToken(directory: string): string | undefined {
  try {
    return readFileSync(pathOf(directory), "latin1").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The same, made at the first start. Exclusive, so that a file that somebody planted is never taken over half. */
export function ensureLocalToken(directory: string): string {
  const found = readLocalToken(directory);
  if (found !== undefined && /^[A-Za-z0-9_-]{43}$/.test(found)) return found;
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  // An empty or damaged file is what a full disk leaves; it opens nothing, so it is replaced.
  writeFileSync(pathOf(directory), `${token}\n`, { flag: found === undefined ? "wx" : "w", mode: 0o600 });
  return token;
}

function pathOf(directory: string): string {
  return join(directory, "local.token");
}
