/** What the record has of a command; longer ones are cut, and say so. */
const COMMAND_CHARACTERS_MAX = 16_000;

/** Arguments as a POSIX shell would take them. */
export function shellQuote(command: readonly string[]): string {
  const text = command.map(quote).join(" ");
  return text.length <= COMMAND_CHARACTERS_MAX ? text : `${text.slice(0, COMMAND_CHARACTERS_MAX)} …`;
}

function quote(argument: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
