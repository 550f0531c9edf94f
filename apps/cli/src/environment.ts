/** What the command takes from around it; tests give their own. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Relative paths on the command line start here. */
  readonly workingDirectory: string;
  /** The version in package.json. */
  readonly version: string;
  /** Tells a person something that no answer has a place for. */
  readonly hint?: (text: string) => void;
}
