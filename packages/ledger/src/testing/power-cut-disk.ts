import { readlinkSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { type Disk, nodeDisk } from "../store/disk.ts";
import { type Image, takeImage } from "./image.ts";

/** What was written to a file and not synced yet. */
interface Write {
  readonly position: number;
  readonly bytes: Buffer;
}

interface Inode {
  durable: Buffer;
  pending: Write[];
}

/** A name that was given or taken away, and whose directory is not synced yet. */
interface Naming {
  readonly directory: string;
  readonly taken?: string;
  readonly given?: string;
  readonly inode?: Inode;
}

const SECTOR_BYTES = 512;

/**
 * The real disk, and beside it a model of what would be left if the power went: synced bytes and names for certain, of
 * all others whatever a random choice leaves, sector by sector and name by name, in no order.
 *
 * Directories themselves always survive: `makeDirectory` syncs their parents.
 */
export class PowerCutDisk implements Disk {
  readonly #root: string;
  readonly #onStep: () => void;
  readonly #now = new Map<string, Inode>();
  #durable: Map<string, Inode>;
  #namings: Naming[] = [];

  /** `onStep` is called before each operation that changes something. */
  constructor(root: string, onStep: () => void) {
    this.#root = root;
    this.#onStep = onStep;
    for (const [path, bytes] of takeImage(root))
      this.#now.set(join(root, path), { durable: bytes, pending: [] });
    this.#durable = new Map(this.#now);
  }

  /** What is left of the directory if the power goes now. */
  cut(random: () => number): Image {
    const names = new Map(this.#durable);
    for (const { taken, given, inode } of this.#namings) {
      if (random() < 0.5) continue;
      if (taken !== undefined) names.delete(taken);
      if (given !== undefined && inode !== undefined) names.set(given, inode);
    }
    return new Map([...names].map(([path, inode]) => [relative(this.#root, path), survivor(inode, random)]));
  }

  writeSync(descriptor: number, bytes: Uint8Array, position: number): void {
    this.#onStep();
    nodeDisk.writeSync(descriptor, bytes, position);
    this.#inodeOf(descriptor).pending.push({ position, bytes: Buffer.from(bytes) });
  }

  async write(descriptor: number, parts: readonly Uint8Array[], position: number): Promise<void> {
    this.#onStep();
    const bytes = Buffer.concat(parts);
    this.#inodeOf(descriptor).pending.push({ position, bytes });
    await nodeDisk.write(descriptor, [bytes], position);
  }

  async sync(descriptor: number): Promise<void> {
    this.#onStep();
    const inode = this.#inodeOf(descriptor);
    // Only what was written before the call is certain afterwards.
    const writes = [...inode.pending];
    await nodeDisk.sync(descriptor);
    settle(inode, writes);
  }

  syncNow(descriptor: number): void {
    this.#onStep();
    const inode = this.#inodeOf(descriptor);
    settle(inode, [...inode.pending]);
  }

  async replace(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
    this.#onStep();
    await nodeDisk.replace(path, bytes, mode);
    this.#name({
      directory: dirname(path),
      given: path,
      inode: { durable: Buffer.from(bytes), pending: [] },
    });
  }

  async syncDirectory(path: string): Promise<void> {
    this.#onStep();
    const namings = this.#namings.filter(({ directory }) => directory === path);
    await nodeDisk.syncDirectory(path);
    for (const { taken, given, inode } of namings) {
      if (taken !== undefined) this.#durable.delete(taken);
      if (given !== undefined && inode !== undefined) this.#durable.set(given, inode);
    }
    this.#namings = this.#namings.filter((naming) => !namings.includes(naming));
  }

  async open(path: string, flags: string, mode?: number): ReturnType<Disk["open"]> {
    this.#onStep();
    const file = await nodeDisk.open(path, flags, mode);
    const inode = this.#opened(path, flags);
    const truncate = file.truncate.bind(file);
    file.truncate = async (length) => {
      await truncate(length);
      cut(inode, length ?? 0);
    };
    return file;
  }

  async openDescriptor(path: string, flags: string): Promise<number> {
    this.#onStep();
    const descriptor = await nodeDisk.openDescriptor(path, flags);
    this.#opened(path, flags);
    return descriptor;
  }

  closeDescriptor = (descriptor: number) => nodeDisk.closeDescriptor(descriptor);

  async rename(from: string, to: string): Promise<void> {
    this.#onStep();
    const inode = this.#now.get(from);
    await nodeDisk.rename(from, to);
    if (inode !== undefined) this.#name({ directory: dirname(to), taken: from, given: to, inode });
  }

  async remove(path: string): Promise<void> {
    this.#onStep();
    await nodeDisk.remove(path);
    for (const each of [...this.#now.keys()])
      if (each === path || each.startsWith(`${path}/`)) this.#name({ directory: dirname(each), taken: each });
  }

  read = (path: string) => nodeDisk.read(path);
  readAt = (descriptor: number, target: Uint8Array, position: number) =>
    nodeDisk.readAt(descriptor, target, position);
  openNow = (path: string) => nodeDisk.openNow(path);
  readNow = (descriptor: number, target: Uint8Array, position: number) =>
    nodeDisk.readNow(descriptor, target, position);
  statNow = (descriptor: number) => nodeDisk.statNow(descriptor);
  listNow = (path: string) => nodeDisk.listNow(path);
  list = (path: string) => nodeDisk.list(path);
  makeDirectory = (path: string) => nodeDisk.makeDirectory(path);

  #opened(path: string, flags: string): Inode {
    if (!this.#now.has(path))
      this.#name({ directory: dirname(path), given: path, inode: { durable: NOTHING, pending: [] } });
    const inode = this.#now.get(path) as Inode;
    // Cutting a file is taken as certain at once, which is the harsher of the two.
    if (flags === "w") cut(inode, 0);
    return inode;
  }

  #name(naming: Naming): void {
    if (naming.taken !== undefined) this.#now.delete(naming.taken);
    if (naming.given !== undefined && naming.inode !== undefined) this.#now.set(naming.given, naming.inode);
    this.#namings.push(naming);
  }

  #inodeOf(descriptor: number): Inode {
    const path = readlinkSync(`/proc/self/fd/${descriptor}`);
    const inode = this.#now.get(path);
    if (inode === undefined) throw new Error(`the model does not know ${basename(path)}`);
    return inode;
  }
}

const NOTHING = Buffer.alloc(0);

function cut(inode: Inode, length: number): void {
  inode.durable = inode.durable.subarray(0, length);
  inode.pending = [];
}

function settle(inode: Inode, writes: readonly Write[]): void {
  for (const write of writes) inode.durable = apply(inode.durable, write);
  inode.pending = inode.pending.filter((write) => !writes.includes(write));
}

function survivor({ durable, pending }: Inode, random: () => number): Buffer {
  let bytes = durable;
  for (const write of pending) {
    for (let at = 0; at < write.bytes.length; ) {
      const end = Math.min(write.bytes.length, at + SECTOR_BYTES - ((write.position + at) % SECTOR_BYTES));
      if (random() < 0.5)
        bytes = apply(bytes, { position: write.position + at, bytes: write.bytes.subarray(at, end) });
      at = end;
    }
  }
  return Buffer.from(bytes);
}

function apply(bytes: Buffer, write: Write): Buffer {
  const end = write.position + write.bytes.length;
  const result = Buffer.alloc(Math.max(bytes.length, end));
  bytes.copy(result);
  write.bytes.copy(result, write.position);
  return result;
}
