import fc from "fast-check";
import { expect, test } from "vitest";
import { PlayableOutput } from "./playable.ts";

const play = (...texts: string[]) => {
  const output = new PlayableOutput();
  return texts.map((text) => output.push(text)).join("");
};

test.each([
  ["text, colours and line ends", "\x1b[1;38;5;196mred\x1b[0m\r\n\t\b"],
  ["colours with colons", "\x1b[38:2::255:0:0mred\x1b[m"],
  ["moves and erasures", "\x1b[2J\x1b[H\x1b[10;5Hx\x1b[K\x1b[?2K\x1b[3A\x1b[5@\x1b[2P\x1b[4L\x1b[1M"],
  ["margins, the other screen, the cursor", "\x1b[1;20r\x1b[?1049h\x1b[?25l\x1b[2 q\x1b[?1049l\x1b[!p"],
  ["saved cursors, tabs, character sets", "\x1b7\x1b8\x1bH\x1bM\x1b(0lqk\x1b(B\x1b#8"],
  ["bells", "\x07"],
])("what is shown is played: %s", (_, text) => {
  expect(play(text)).toBe(text);
});

test.each([
  ["the title", "\x1b]0;title\x07"],
  ["the title, ended by ST", "\x1b]2;title\x1b\\"],
  ["the title of screen", "\x1bktitle\x1b\\"],
  ["the clipboard", "\x1b]52;c;cm0gLXJmIC8=\x07"],
  ["a link", "\x1b]8;;https://evil.example\x1b\\"],
  ["a colour that is asked for", "\x1b]11;?\x07"],
  ["a file of iTerm", "\x1b]1337;File=inline=1:AAAA\x07"],
  ["DCS", "\x1bP$qm\x1b\\"],
  ["DCS for tmux", "\x1bPtmux;\x1b\x1b"],
  ["APC", "\x1b_Ga=T,f=100;AAAA\x1b\\"],
  ["device attributes", "\x1b[c\x1b[0c\x1b[>c\x1b[=c\x1bZ"],
  ["where the cursor is", "\x1b[6n\x1b[?6n\x1b[5n"],
  ["the terminal's version", "\x1b[>0q\x1b[>q"],
  [
    "parameters, modes, checksums, settings",
    "\x1b[x\x1b[?2026$p\x1b[1;1;1;1;1;1*y\x1b[2$w\x1b['|\x1b[?1;1;0S",
  ],
  ["the window", "\x1b[21t\x1b[8;1;1t\x1b[22;0t\x1b[3;0;0t"],
  ["printing", "\x1b[i\x1b[?5i"],
  [
    "what the mouse and keys send",
    "\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b[?1h\x1b=\x1b[>4;2m\x1b[>1u\x1b[?u\x1b[20h\x1b[2h",
  ],
  ["other encodings", "\x1b%@\x1b F"],
  ["ENQ and C1", "\x05\x9b6n".replace("6n", "")],
])("what reaches beyond the screen is not: %s", (_, text) => {
  expect(play(text)).toBe("");
});

test("of several modes at once, those that are only seen are kept", () => {
  expect(play("\x1b[?1049;1000;25;2004h")).toBe("\x1b[?1049;25h");
});

test("text around is whole, and a string that never ends takes the rest and no memory", () => {
  expect(play("a\x1b]0;t\x07b\x1b[6nc")).toBe("abc");
  expect(play("a\x1b]0;", "x".repeat(1_000_000), "\x1b", "\\b")).toBe("ab");
  expect(play("a\x1b]0;t\x1b[31mred")).toBe("a\x1b[31mred");
});

test("wherever it is cut, it plays the same", () => {
  const parts = [
    ...["\x1b", "[", "]", "0;t", "\x07", "\x1b\\", "?1049h", "31m", "6n", "c", "text", "\x9b", "P", "é"],
    ...["\x1b[?1000;25h", "\x1b]52;c;AA\x07", "\x1b(B"],
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...parts)),
      fc.array(fc.nat({ max: 6 }), { minLength: 1 }),
      (texts, cuts) => {
        const text = texts.join("");
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const length = (cuts[turn % cuts.length] as number) + 1;
          pieces.push(text.slice(at, at + length));
          at += length;
        }
        expect(play(...pieces)).toBe(play(text));
      },
    ),
  );
});

test("nothing that a terminal answers is left, whatever surrounds it", () => {
  const asked = /\x1b\[[?>=]?[\d;]*[cnx]|\x1b\[[?>=\d;]*t|\x1b[\]P_^X]|\x1bZ|[\x05\x80-\x9f]/;
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          "\x1b",
          "[",
          "]",
          "?",
          "6",
          ";",
          "n",
          "c",
          "t",
          "Z",
          "\x05",
          "\x9b",
          "\x18",
          "\x07",
          "a",
          " ",
        ),
      ),
      (characters) => {
        expect(play(characters.join(""))).not.toMatch(asked);
      },
    ),
    { numRuns: 5000 },
  );
});
