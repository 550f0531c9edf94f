import { readlinkSync } from "node:fs";
import { type Disk, nodeDisk } from "../store/disk.ts";

/** An operation on the disk, as a sentence would name it: what is done, and to which path. */
export interface Step {
  readonly operation: keyof Disk;
  readonly path: string;
  /** Its number, from 0. */
  readonly at: number;
}

export interface Fault {
  readonly strikes: (step: Step) => boolean;
  readonly code: "EIO" | "ENOSPC";
  /**
   * What became of it all the same: nothing; all of it, so that only the answer was lost; or, of a write, the half.
   */
  readonly leaves: "nothing" | "all" | "half";
}

/** The real disk, which fails at chosen steps. */
export class FaultyDisk implements Disk {
  fault: Fault | undefined;
  /** The steps that failed. */
  readonly struck: Step[] = [];
  #steps = 0;

  get steps(): number {
    return this.#steps;
  }

  writeSync(descriptor: number, bytes: Uint8Array, position: number): void {
    const fault = this.#next("writeSync", pathOf(descriptor));
    if (fault?.leaves === "half")
      nodeDisk.writeSync(descriptor, bytes.subarray(0, bytes.length / 2), position);
    if (fault?.leaves !== "half" && fault?.leaves !== "nothing")
      nodeDisk.writeSync(descriptor, bytes, position);
    if (fault) throw failure(fault);
  }

  async write(descriptor: number, parts: readonly Uint8Array[], position: number): Promise<void> {
    const fault = this.#next("write", pathOf(descriptor));
    const bytes = Buffer.concat(parts);
    if (fault?.leaves === "half")
      await nodeDisk.write(descriptor, [bytes.subarray(0, bytes.length / 2)], position);
    if (fault?.leaves !== "half" && fault?.leaves !== "nothing")
      await nodeDisk.write(descriptor, parts, position);
    if (fault) throw failure(fault);
  }

  syncNow(descriptor: number): void {
    const fault = this.#next("syncNow", pathOf(descriptor));
    if (fault?.leaves !== "nothing") nodeDisk.syncNow(descriptor);
    if (fault) throw failure(fault);
  }

  readAt = (descriptor: number, target: Uint8Array, position: number) =>
    this.#run("readAt", pathOf(descriptor), () => nodeDisk.readAt(descriptor, target, position));
  sync = (descriptor: number) => this.#run("sync", pathOf(descriptor), () => nodeDisk.sync(descriptor));
  read = (path: string) => this.#run("read", path, () => nodeDisk.read(path));
  list = (path: string) => this.#run("list", path, () => nodeDisk.list(path));
  remove = (path: string) => this.#run("remove", path, () => nodeDisk.remove(path));
  rename = (from: string, to: string) => this.#run("rename", to, () => nodeDisk.rename(from, to));
  makeDirectory = (path: string) => this.#run("makeDirectory", path, () => nodeDisk.makeDirectory(path));
  syncDirectory = (path: string) => this.#run("syncDirectory", path, () => nodeDisk.syncDirectory(path));
  replace = (path: string, bytes: Uint8Array, mode?: number) =>
    this.#run("replace", path, () => nodeDisk.replace(path, bytes, mode));

  /** An open file is nothing that could be lost, so it is not left open either. */
  async open(path: string, flags: string, mode?: number): ReturnType<Disk["open"]> {
    const fault = this.#next("open", path);
    if (fault) throw failure(fault);
    return nodeDisk.open(path, flags, mode);
  }

  async openDescriptor(path: string, flags: string): Promise<number> {
    const fault = this.#next("openDescriptor", path);
    if (fault) throw failure(fault);
    return nodeDisk.openDescriptor(path, flags);
  }

  openNow = (path: string) => this.#runNow("openNow", path, () => nodeDisk.openNow(path));
  listNow = (path: string) => this.#runNow("listNow", path, () => nodeDisk.listNow(path));
  statNow = (descriptor: number) => nodeDisk.statNow(descriptor);
  readNow = (descriptor: number, target: Uint8Array, position: number) =>
    this.#runNow("readNow", pathOf(descriptor), () => nodeDisk.readNow(descriptor, target, position));

  /** What had to be durable is by then, so there is nothing that could fail. */
  closeDescriptor = (descriptor: number) => nodeDisk.closeDescriptor(descriptor);

  /** Of these nothing is left behind. */
  #runNow<T>(operation: keyof Disk, path: string, work: () => T): T {
    const fault = this.#next(operation, path);
    if (fault) throw failure(fault);
    return work();
  }

  async #run<T>(operation: keyof Disk, path: string, work: () => Promise<T>): Promise<T> {
    const fault = this.#next(operation, path);
    if (fault && fault.leaves !== "all") throw failure(fault);
    const result = await work();
    if (fault) throw failure(fault);
    return result;
  }

  #next(operation: keyof Disk, path: string): Fault | undefined {
    const step = { operation, path, at: this.#steps };
    this.#steps += 1;
    if (!this.fault?.strikes(step)) return undefined;
    this.struck.push(step);
    return this.fault;
  }
}

function pathOf(descriptor: number): string {
  return readlinkSync(`/proc/self/fd/${descriptor}`);
}

function failure({ code }: Fault): Error {
  return Object.assign(new Error(`${code}: as the test wants it`), { code, syscall: "test" });
}
