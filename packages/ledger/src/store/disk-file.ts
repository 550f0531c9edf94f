import { closeSync, fstat, ftruncate, open, read } from "node:fs";

/**
 * An open file: a descriptor and no more, because the handles of `fs/promises` cost several times what is done with
 * them. It stays open until it is closed.
 */
export class DiskFile {
  readonly fd: number;
  #isOpen = true;

  private constructor(fd: number) {
    this.fd = fd;
  }

  static open(path: string, flags: string, mode: number): Promise<DiskFile> {
    return new Promise((resolve, reject) => {
      open(path, flags, mode, (error, fd) => (error ? reject(error) : resolve(new DiskFile(fd))));
    });
  }

  stat(): Promise<{ readonly size: number }> {
    return new Promise((resolve, reject) => {
      fstat(this.fd, (error, stats) => (error ? reject(error) : resolve(stats)));
    });
  }

  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }> {
    return new Promise((resolve, reject) => {
      read(this.fd, buffer, offset, length, position, (error, bytesRead) =>
        error ? reject(error) : resolve({ bytesRead }),
      );
    });
  }

  truncate(length: number): Promise<void> {
    return new Promise((resolve, reject) => {
      ftruncate(this.fd, length, (error) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * At once: what had to be durable is, so there is nothing to wait for. A second time does nothing, since by then the
   * descriptor may be another file's.
   */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.fd);
  }
}
