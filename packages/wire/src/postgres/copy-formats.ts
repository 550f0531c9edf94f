import { BodyReader } from "./body-reader.ts";
import { encodeByte, encodeFormats } from "./message-parts.ts";

/**
 * What the three Copy…Response messages say: the format of the whole stream, and of each column (0 text, 1 binary).
 */
export type CopyFormats = {
  readonly format: number;
  readonly columnFormats: readonly number[];
};

/** Decodes an Int8 format, then a count and that many Int16 formats. */
export function decodeCopyFormats(body: Buffer, message: string): CopyFormats {
  const reader = new BodyReader(body, message);
  const format = reader.byte();
  const columnFormats = reader.list(reader.uint16(), 2, (item) => item.int16());
  reader.finish();
  return { format, columnFormats };
}

export function encodeCopyFormats(formats: CopyFormats): Buffer[] {
  return [encodeByte(formats.format), encodeFormats(formats.columnFormats)];
}
