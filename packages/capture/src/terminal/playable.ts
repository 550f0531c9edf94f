/**
 * Modes (DECSET) that change only what is shown: scrolling, reverse video, origin, wrapping, the cursor, margins, the other screen,
 * updates at once, wide characters. All others are taken out: what they change of keyboard and mouse would stay after a recording that
 * ends in the middle.
 */
const SHOWN_MODES: ReadonlySet<string> = new Set([
  ...["4", "5", "6", "7", "12", "25", "45", "47", "69", "1047", "1048", "1049", "2026", "2027"],
]);

/** What follows ESC alone: save and restore the cursor, index, next line, set a tab stop, reverse index, reset. */
const PLAIN_ESCAPES = "78DEHMc";

/** Control sequences without intermediates that move, write, erase, scroll, or colour. `h` and `l` are looked at by themselves. */
const PLAIN_FINALS = "@ABCDEFGHIJKLMPSTXZ`abdefgmrsu";

/** A control sequence is never so long; what is, is no sequence, and nothing of it is played. */
const SEQUENCE_UNITS_MAX = 256;

/**
 * Lets through what a terminal shows, and takes out what would reach beyond the screen. A recording is what somebody else's
 * program wrote, and plays in the terminal of whoever looks at it.
 *
 * What is let through is a list (ECMA-48, DEC, xterm); everything else is taken out: all strings (OSC with the title, the clipboard
 * (52), links and colours; DCS, APC, PM, SOS, and the title of screen, `ESC k`); whatever is answered (DA, DSR, DECRQM, XTVERSION,
 * checksums, window operations, ENQ), prints (MC), or changes what keys send; and C1 controls in one character.
 *
 * Text may be cut anywhere; what is not whole yet waits for the rest.
 */
export class PlayableOutput {
  #waiting = "";
  #isInString = false;

  push(text: string): string {
    const all = this.#waiting + text;
    this.#waiting = "";
    let played = "";
    for (let at = 0; at < all.length; ) {
      if (this.#isInString) {
        at = this.#leaveString(all, at);
        continue;
      }
      const next = nextControl(all, at);
      played += all.slice(at, next);
      if (next === all.length) break;
      const end = this.#endOfControl(all, next);
      if (end === undefined) {
        this.#waiting = all.slice(next);
        break;
      }
      if (!this.#isInString) played += playable(all.slice(next, end));
      at = end;
    }
    return played;
  }

  /** Where the control that begins at `at` ends; undefined while it is not whole. May begin a string. */
  #endOfControl(all: string, at: number): number | undefined {
    if (all[at] !== ESC) return at + 1;
    const second = all[at + 1];
    if (second === undefined) return undefined;
    if ("]P_^Xk".includes(second)) {
      this.#isInString = true;
      return at + 2;
    }
    if (second === "[") return endOfSequence(all, at + 2);
    let end = at + 1;
    while (end < all.length && isBetween(all, end, 0x20, 0x2f) && end - at < SEQUENCE_UNITS_MAX) end += 1;
    return end < all.length ? end + 1 : undefined;
  }

  /** A string ends with ST, or BEL. Nothing of it is kept, however long it is. */
  #leaveString(all: string, at: number): number {
    for (let end = at; end < all.length; end += 1) {
      const char = all[end];
      const isOver = char === "\x07" || char === "\x9c" || char === "\x18" || char === "\x1a";
      if (isOver) {
        this.#isInString = false;
        return end + 1;
      }
      if (char !== ESC) continue;
      if (end + 1 === all.length) {
        this.#waiting = ESC;
        return all.length;
      }
      this.#isInString = false;
      return all[end + 1] === "\\" ? end + 2 : end;
    }
    return all.length;
  }
}

const ESC = "\x1b";

const control = /[\x05\x1b\x80-\x9f]/g;

function nextControl(text: string, from: number): number {
  control.lastIndex = from;
  return control.exec(text)?.index ?? text.length;
}

/** CSI: parameters, intermediates, and a final character (ECMA-48, section 5.4). */
function endOfSequence(all: string, from: number): number | undefined {
  let end = from;
  while (end < all.length && isBetween(all, end, 0x20, 0x3f) && end - from < SEQUENCE_UNITS_MAX) end += 1;
  return end < all.length ? end + 1 : undefined;
}

function isBetween(text: string, at: number, low: number, high: number): boolean {
  const code = text.charCodeAt(at);
  return code >= low && code <= high;
}

/** A whole control: itself, what is left of it, or nothing. */
function playable(sequence: string): string {
  if (sequence.length === 1) return "";
  if (sequence[1] !== "[") return isPlayableEscape(sequence.slice(1)) ? sequence : "";
  const body = sequence.slice(2, -1);
  const final = sequence.at(-1) as string;
  if (/^[\d;:]*$/.test(body)) return isPlayablePlain(body, final) ? sequence : "";
  if (/^\?[\d;]*$/.test(body)) return playablePrivate(body.slice(1), final);
  // Cursor style, scrolling sideways, soft reset.
  if (/^\d* $/.test(body)) return "q@A".includes(final) ? sequence : "";
  return body === "!" && final === "p" ? sequence : "";
}

/** Character sets of G0 to G3, and DEC's alignment test and line sizes. */
function isPlayableEscape(rest: string): boolean {
  return rest.length === 1 ? PLAIN_ESCAPES.includes(rest) : /^[()*+][0-9A-Z<=>]$|^#[3-8]$/.test(rest);
}

/** Of the modes of ANSI, only inserting (4): the others lock the keyboard, or change what its keys send. */
function isPlayablePlain(body: string, final: string): boolean {
  return final === "h" || final === "l" ? body === "4" : PLAIN_FINALS.includes(final);
}

function playablePrivate(body: string, final: string): string {
  if (final === "J" || final === "K") return `${ESC}[?${body}${final}`;
  if (final !== "h" && final !== "l") return "";
  const kept = body.split(";").filter((mode) => SHOWN_MODES.has(mode));
  return kept.length === 0 ? "" : `${ESC}[?${kept.join(";")}${final}`;
}
