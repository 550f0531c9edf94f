/** How the reader starts the command: under npm, in a checkout, it is not on the path. */
export function commandName(variables: Readonly<Record<string, string | undefined>>): string {
  return variables["npm_lifecycle_event"] === undefined ? "custody" : "npx custody";
}
