import type { GuardedEnvironment } from "../text/policy-schema.ts";
import { BUILTIN_RULES_TEXT } from "./builtin-rules.ts";

/**
 * Policies that stand ready, in the language of policies. Their rules are tried after the user's and after the built-in
 * denials. None stands behind the rules for a disposable target: nobody need be asked about what is thrown away.
 */
const PRESETS: Readonly<Record<string, string>> = {
  observe: `# Everything is allowed and recorded, but for the built-in denials.
version: 1
rules: []
`,

  guarded: `# What loses data, and what changes many rows, needs a human. What an application does every day passes.
version: 1
rules:
  - name: guarded:whole-table
    match: { unbounded: true, kind: [insert, update, delete, merge] }
    effect: approve
    message: it writes to a table without a condition that tells its rows apart, so a human has to approve it

  - name: guarded:unreadable-block
    match: { kind: unknown, verb: DO }
    effect: approve
    message: it is a block of code that Custody cannot read, so a human has to approve it

  - name: guarded:destructive
    match: { tier: destructive }
    when: kind != "unknown"
    effect: approve
    message: it loses data, so a human has to approve it

  - name: guarded:many-rows
    match: { kind: [insert, update, delete, merge, copy, unknown] }
    when: rows > 5000
    effect: approve
    message: it changes more than 5,000 rows, so a human has to approve it

  - name: guarded:many-rows-in-ten-minutes
    match: { kind: [insert, update, delete, merge, copy, unknown] }
    when: rowsWithin("10m") > 5000
    effect: approve
    message: with it, the session has changed more than 5,000 rows of one table in ten minutes, so a human has to approve it
`,

  locked: `# Every write needs a human.
version: 1
rules:
  - name: locked:write
    match: { tier: [write, destructive] }
    effect: approve
    message: nothing is written here before a human has approved it
`,
};

/** The texts that stand behind a user's rules: those of this version, or those that were in force when something was recorded. */
export interface PolicyLibrary {
  readonly builtin: string;
  readonly presets: Readonly<Record<string, string>>;
  /** Which of them stands behind a policy that names none. */
  readonly standing: Readonly<Record<GuardedEnvironment, string>>;
}

export const LIBRARY: PolicyLibrary = {
  builtin: BUILTIN_RULES_TEXT,
  presets: PRESETS,
  standing: { production: "guarded", staging: "observe", development: "observe" },
};
