import { type Manifest, parseManifest, type Witnessed } from "@custody/evidence";

/** What the command put into the page. All of it is a claim. */
export interface PageData {
  readonly manifest: Manifest;
  readonly checkpoint: string;
  readonly verifier: string;
  readonly lastLine: string;
  readonly outside: readonly string[];
  readonly witnessed?: Witnessed;
  /** The lines of receipt and record, one pair after the other. */
  readonly lines: readonly string[];
}

/** Undefined when the file was cut short, or is not as it was written. */
export function readData(): PageData | undefined {
  try {
    const [facts, ...more] = blocks("evidence") as Record<string, unknown>[];
    const lines = blocks("records").flat();
    const manifest = parseManifest(JSON.stringify(facts?.["manifest"]));
    if (facts === undefined || more.length > 0 || manifest === undefined) return undefined;
    const { checkpoint, lastLine, outside, verifier, witnessed } = facts;
    const isWhole =
      isText(checkpoint) && isText(lastLine) && isText(verifier) && isTexts(outside) && isTexts(lines);
    if (!isWhole || !(witnessed === undefined || isWitnessed(witnessed))) return undefined;
    return { checkpoint, lastLine, lines, manifest, outside, verifier, ...(witnessed && { witnessed }) };
  } catch {
    return undefined;
  }
}

function blocks(name: string): unknown[] {
  const found = document.querySelectorAll(`script[type="application/json"][data-block="${name}"]`);
  return [...found].map(({ textContent }) => JSON.parse(textContent ?? "") as unknown);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

function isWitnessed(value: unknown): value is Witnessed {
  const { consistency, note } = (value ?? {}) as Record<string, unknown>;
  return isText(consistency) && isText(note);
}
