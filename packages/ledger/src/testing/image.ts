import { readdirSync, readFileSync, statSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Disk } from "../store/disk.ts";

/** The files below a directory, by their path in it. */
export type Image = ReadonlyMap<string, Buffer>;

/** Reads a directory as it is at this moment; sockets are passed over. */
export function takeImage(directory: string): Map<string, Buffer> {
  const image = new Map<string, Buffer>();
  for (const name of readdirSync(directory, { recursive: true }).map(String).sort()) {
    const path = join(directory, name);
    if (statSync(path).isFile()) image.set(name, readFileSync(path));
  }
  return image;
}

/** The directory in which an image appears. */
export const IMAGE_ROOT = "/image";

/** What an open file can do for its readers. */
function readOnly(bytes: Buffer): FileHandle {
  const handle = {
    close: async () => {},
    readFile: async () => Buffer.from(bytes),
    stat: async () => ({ ino: 1n, size: BigInt(bytes.length) }),
    read: async (target: Buffer, offset: number, length: number, position: number) => ({
      bytesRead: bytes.copy(target, offset, position, position + length),
    }),
  };
  return handle as unknown as FileHandle;
}

/** A disk that can only be read, and holds an image below `IMAGE_ROOT`. */
export function imageDisk(image: Image): Disk {
  const names = new Map<string, Set<string>>();
  for (const path of image.keys()) {
    const parts = `${IMAGE_ROOT}/${path}`.split("/");
    for (let at = 2; at < parts.length; at += 1) {
      const directory = parts.slice(0, at).join("/");
      names.set(directory, (names.get(directory) ?? new Set()).add(parts[at] as string));
    }
  }
  const refuse = () => {
    throw new Error("an image can only be read");
  };
  return {
    read: async (path) => image.get(path.slice(IMAGE_ROOT.length + 1)),
    list: async (path) => [...(names.get(path) ?? [])].sort(),
    writeSync: refuse,
    write: refuse,
    openDescriptor: refuse,
    closeDescriptor: refuse,
    sync: refuse,
    syncNow: refuse,
    replace: refuse,
    syncDirectory: refuse,
    open: async (path, flags) => {
      const bytes = image.get(path.slice(IMAGE_ROOT.length + 1));
      if (flags !== "r") return refuse();
      if (bytes === undefined) throw Object.assign(new Error("there is no such file"), { code: "ENOENT" });
      return readOnly(bytes);
    },
    makeDirectory: refuse,
    rename: refuse,
    remove: refuse,
  };
}
