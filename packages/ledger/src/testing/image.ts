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
  const opened: Buffer[] = [];
  const refuse = () => {
    throw new Error("an image can only be read");
  };
  const listNow = (path: string) => {
    if (image.has(path.slice(IMAGE_ROOT.length + 1)))
      throw Object.assign(new Error(`${path} is a file`), { code: "ENOTDIR" });
    return [...(names.get(path) ?? [])].sort();
  };
  const readNow = (descriptor: number, target: Uint8Array, position: number) => {
    const bytes = opened[descriptor] as Buffer;
    return bytes.copy(target, 0, Math.min(position, bytes.length));
  };
  return {
    read: async (path) => image.get(path.slice(IMAGE_ROOT.length + 1)),
    list: async (path) => listNow(path),
    listNow,
    openNow(path) {
      const bytes = image.get(path.slice(IMAGE_ROOT.length + 1));
      return bytes && opened.push(bytes) - 1;
    },
    statNow: (descriptor) => ({ inode: 1n, size: (opened[descriptor] as Buffer).length }),
    readNow,
    async open(path, flags) {
      const bytes = image.get(path.slice(IMAGE_ROOT.length + 1));
      if (bytes === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
      if (flags !== "r") refuse();
      const stat = async (options?: { bigint: boolean }) =>
        options?.bigint ? { ino: 1n, size: BigInt(bytes.length) } : { size: bytes.length };
      const readFile = async () => Buffer.from(bytes);
      const read = async (target: Buffer, offset: number, length: number, position: number) => ({
        bytesRead: bytes.copy(target, offset, position, position + length),
      });
      const file = { fd: opened.push(bytes) - 1, stat, read, readFile, close: async () => {} };
      return file as unknown as FileHandle;
    },
    readAt: async (descriptor, target, position) => readNow(descriptor, target, position),
    writeSync: refuse,
    write: refuse,
    openDescriptor: refuse,
    closeDescriptor: () => {},
    sync: refuse,
    syncNow: refuse,
    replace: refuse,
    syncDirectory: refuse,
    makeDirectory: refuse,
    rename: refuse,
    remove: refuse,
  };
}
