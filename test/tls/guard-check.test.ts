import { expect, test } from "vitest";
import { checkDatabase } from "../../apps/cli/src/guard/check-database.ts";
import { parseDatabaseUrl } from "../../apps/cli/src/guard/database-url.ts";
import { type TlsBench, useTls } from "./bench.ts";

/** `custody guard` tries a database the way the data path will. */
const bench = useTls();
const root = ({ authority }: TlsBench) => `&sslrootcert=${authority.root}`;
const strange = ({ stranger }: TlsBench) => `&sslrootcert=${stranger.root}`;
const none = () => "";

test.for<[mode: string, more: (bench: TlsBench) => string, user: string, expected: boolean | RegExp]>([
  ["", none, "postgres", true],
  ["sslmode=prefer", none, "tlsonly", true],
  ["sslmode=prefer", none, "plainonly", false],
  ["sslmode=allow", none, "postgres", false],
  ["sslmode=allow", none, "tlsonly", true],
  ["sslmode=disable", none, "postgres", false],
  ["sslmode=disable", none, "tlsonly", /lets tlsonly not in|only encrypted connections/],
  ["sslmode=require", none, "plainonly", /lets plainonly not in/],
  ["sslmode=verify-full", root, "postgres", true],
  ["sslmode=prefer", strange, "postgres", /is not trusted/],
])("%s %s, user %s: %s", async ([mode, more, user, expected], context) => {
  const tls = await bench(context);
  const checked = checkDatabase(parseDatabaseUrl(tls.upstream(`${mode}${more(tls)}`, user)));
  if (expected instanceof RegExp) await expect(checked).rejects.toThrow(expected);
  else expect((await checked).tls).toBe(expected);
});
