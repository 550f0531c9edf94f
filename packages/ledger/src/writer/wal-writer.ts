import type { Disk } from "../store/disk.ts";
import { completeFrame, FRAME_END, type FrameHead, frameBytes, wholePages } from "../wal/frame.ts";
import {
  freeSegment,
  openSegment,
  prepareSpare,
  SEGMENT_HEADER_BYTES,
  type Segment,
} from "../wal/segment.ts";

/** Where something stands in the write-ahead file. */
export interface WalPosition {
  readonly segment: number;
  readonly offset: number;
}

/** Appends frames to the write-ahead segments. One writer; frames go into the page cache, `sync` makes them durable. */
export class WalWriter {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #ledgerId: Buffer;
  readonly #frameKey: Buffer;
  readonly #segmentBytes: number;
  #segment: Segment;
  /** Segments that are full, oldest first. */
  #full: number[] = [];
  #preparing: Promise<void> | undefined;
  /** The last step of whatever is done to the spare file. */
  #spareWork: Promise<void> = Promise.resolve();

  private constructor(options: WalOptions, segment: Segment) {
    this.#disk = options.disk;
    this.#directory = options.directory;
    this.#ledgerId = options.ledgerId;
    this.#frameKey = options.frameKey;
    this.#segmentBytes = options.segmentBytes;
    this.#segment = segment;
  }

  static async open(options: WalOptions, firstSegment: number): Promise<WalWriter> {
    const { disk, directory, ledgerId, segmentBytes } = options;
    return new WalWriter(options, await openSegment(disk, directory, ledgerId, firstSegment, segmentBytes));
  }

  get position(): WalPosition {
    return { segment: this.#segment.number, offset: this.#segment.position };
  }

  fits(bodyBytes: number): boolean {
    return this.#segment.position + frameBytes(bodyBytes) + FRAME_END.length <= this.#segment.bytesMax;
  }

  /** Goes on in a new segment. The old one is durable before the new one has a frame. */
  async rotate(bodyBytes: number): Promise<void> {
    await this.sync();
    await this.#preparing;
    this.#preparing = undefined;
    await this.#segment.file.close();
    this.#full.push(this.#segment.number);
    const needed = SEGMENT_HEADER_BYTES + frameBytes(bodyBytes) + FRAME_END.length;
    const bytesMax = Math.max(this.#segmentBytes, wholePages(needed));
    const number = this.#segment.number + 1;
    await this.#withSpare(async () => {
      this.#segment = await openSegment(this.#disk, this.#directory, this.#ledgerId, number, bytesMax);
    });
  }

  /**
   * Writes one frame, whose body stands in `target`, behind the last. The next frame overwrites the zeroes at its end.
   * `durable` is how many entries are known to be fsynced.
   */
  write(target: Buffer, head: FrameHead, durable: number): void {
    const { number, position, file } = this.#segment;
    const bytes = completeFrame(target, head, { segment: number, position, durable }, this.#frameKey);
    this.#disk.writeSync(file.fd, bytes, position);
    this.#segment.position += frameBytes(4 + head.blocksBytes + head.entriesBytes);
    if (this.#preparing === undefined && this.#segment.position > this.#segment.bytesMax / 2) {
      this.#preparing = this.#withSpare(() => prepareSpare(this.#disk, this.#directory, this.#segmentBytes));
      // Whoever rotates awaits it and sees the failure; until then it must not count as unhandled.
      this.#preparing.catch(() => {});
    }
  }

  sync(): Promise<void> {
    return this.#disk.sync(this.#segment.file.fd);
  }

  /** Gives back the full segments that end before `position`. */
  async free(position: WalPosition): Promise<void> {
    while (this.#full.length > 0 && (this.#full[0] as number) < position.segment) {
      const number = this.#full.shift() as number;
      await this.#withSpare(() => freeSegment(this.#disk, this.#directory, number));
    }
  }

  /** Waits for what is under way, and closes the file. */
  async close(): Promise<void> {
    await this.#spareWork;
    await this.#segment.file.close();
  }

  /**
   * One at a time. Were a segment freed while the spare becomes the next segment, the freed file could take the name
   * of the one that was just opened, and everything from then on would be written to a file without a name.
   */
  #withSpare(work: () => Promise<void>): Promise<void> {
    const done = this.#spareWork.then(work);
    this.#spareWork = done.catch(() => {});
    return done;
  }
}

export interface WalOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly ledgerId: Buffer;
  readonly frameKey: Buffer;
  readonly segmentBytes: number;
}
