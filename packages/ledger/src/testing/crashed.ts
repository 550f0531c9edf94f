import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Image } from "./image.ts";

/** Writes an image to a directory: what was taken under a running writer becomes what a crash leaves. */
export function restoreImage(image: Image, directory: string): void {
  for (const [path, bytes] of image) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes, { mode: 0o600 });
  }
}
