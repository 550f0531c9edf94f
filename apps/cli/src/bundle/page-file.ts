import { readFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import type { Manifest, Witnessed } from "@custody/evidence";
import { escapedJson } from "@custody/messages";
import { CliError } from "../error.ts";
import { evidencePage } from "../installation/places.ts";

/** A browser that opens the page reads all of it; beyond this it would take long, and a gigabyte of memory. */
const PAGE_RECORDS_MAX = 10_000;
const PAGE_CHARACTERS_MAX: number = 48 * 1024 * 1024;
/** Records are parsed by the browser in pieces of this many. */
const PIECE_RECORDS = 200;

const MARK = "<!--evidence-->";

/** What the page needs besides the records. */
export interface PageFacts {
  readonly manifest: Manifest;
  readonly checkpoint: string;
  readonly verifier: string;
  readonly witnessed?: Witnessed;
  /** Names of the files in `outside`. */
  readonly outside: readonly string[];
}

/**
 * The page of an evidence folder: the one that was built, with the data in it, as elements that no browser runs. Records
 * beyond what a page can hold are left out, and it says so.
 */
export class PageFile {
  readonly #file: FileHandle;
  readonly #end: string;
  #piece: string[] = [];
  #records = 0;
  #characters = 0;
  #left = 0;
  /** What stands behind the last record that is in the page. */
  #lastLine: (() => string) | undefined;

  private constructor(file: FileHandle, end: string) {
    this.#file = file;
    this.#end = end;
  }

  static async create(path: string): Promise<PageFile> {
    const [begin, end] = builtPage();
    const file = await open(path, "wx", 0o600);
    await file.writeFile(begin);
    return new PageFile(file, end);
  }

  async add(receipt: string, record: string, lastLine: () => string): Promise<void> {
    const isFull = this.#left > 0 || this.#records === PAGE_RECORDS_MAX;
    if (isFull || this.#characters + receipt.length + record.length > PAGE_CHARACTERS_MAX) {
      this.#left += 1;
      return;
    }
    this.#records += 1;
    this.#characters += receipt.length + record.length;
    this.#piece.push(receipt, record);
    this.#lastLine = lastLine;
    if (this.#piece.length >= 2 * PIECE_RECORDS) await this.#writePiece();
  }

  async finish(facts: PageFacts): Promise<void> {
    await this.#writePiece();
    const lastLine = this.#lastLine?.() ?? "";
    await this.#file.writeFile(`${block("evidence", { ...facts, lastLine })}${this.#end}`);
    await this.#file.close();
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => {});
  }

  async #writePiece(): Promise<void> {
    if (this.#piece.length === 0) return;
    await this.#file.writeFile(block("records", this.#piece));
    this.#piece = [];
  }
}

/**
 * Data that a browser keeps and never runs. Nothing in it can end the element or begin a comment, since both take a `<`,
 * which JSON can write in another way, as it can everything that would hide or reorder what a person reads in the file.
 */
function block(name: string, value: unknown): string {
  return `<script type="application/json" data-block="${name}">${escapedJson(value).replaceAll("<", "\\u003c")}</script>\n`;
}

function builtPage(): [begin: string, end: string] {
  try {
    const [begin, end, ...rest] = readFileSync(evidencePage, "utf8").split(MARK);
    if (begin !== undefined && end !== undefined && rest.length === 0) return [begin, end];
  } catch (cause) {
    throw notBuilt(cause);
  }
  throw notBuilt();
}

function notBuilt(cause?: unknown): CliError {
  const advice = "build it with `npm run build`";
  return new CliError("FILE_UNUSABLE", `${evidencePage} is no page that was built`, advice, { cause });
}
