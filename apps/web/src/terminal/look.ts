import type { IBufferCell } from "@xterm/headless";

/** How a run of characters looks, as a style; colours are the terminal's own (terminal.css), or the program's. */
export interface Look {
  readonly color?: string;
  readonly backgroundColor?: string;
  readonly fontWeight?: "bold";
  readonly fontStyle?: "italic";
  readonly textDecoration?: string;
  readonly opacity?: number;
}

export function lookOf(cell: IBufferCell): Look {
  const own = colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor(), "--terminal-");
  const ground = colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor(), "--terminal-ground-");
  const isInverse = cell.isInverse() !== 0;
  const color = isInverse ? (ground ?? "var(--terminal-ground)") : own;
  const backgroundColor = isInverse ? (own ?? "var(--terminal-ink)") : ground;
  const lines = [
    ...(cell.isUnderline() === 0 ? [] : ["underline"]),
    ...(cell.isStrikethrough() === 0 ? [] : ["line-through"]),
  ];
  return {
    ...(color === undefined ? undefined : { color }),
    ...(backgroundColor === undefined ? undefined : { backgroundColor }),
    ...(cell.isBold() === 0 ? undefined : { fontWeight: "bold" }),
    ...(cell.isItalic() === 0 ? undefined : { fontStyle: "italic" }),
    ...(lines.length === 0 ? undefined : { textDecoration: lines.join(" ") }),
    ...(cell.isDim() === 0 ? undefined : { opacity: 0.75 }),
  };
}

/** Of the sixteen, what is written is light and what stands behind it is dark, so that both can be read together. */
function colour(
  isDefault: boolean,
  isRgb: boolean,
  value: number,
  sixteen: "--terminal-" | "--terminal-ground-",
): string | undefined {
  if (isDefault) return undefined;
  if (isRgb) return `rgb(${(value >> 16) & 255} ${(value >> 8) & 255} ${value & 255})`;
  return value < 16 ? `var(${sixteen}${value})` : fromPalette(value);
}

/** The 256 colours of xterm behind the first sixteen: a cube of six steps, and 24 greys. */
function fromPalette(value: number): string {
  if (value >= 232)
    return `rgb(${Array(3)
      .fill(8 + (value - 232) * 10)
      .join(" ")})`;
  const at = value - 16;
  const steps = [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6];
  return `rgb(${steps.map((step) => (step === 0 ? 0 : 55 + step * 40)).join(" ")})`;
}
