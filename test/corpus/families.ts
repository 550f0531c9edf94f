import type { Case } from "./case.ts";
import { beyondTheText } from "./families/beyond-the-text.ts";
import { copy } from "./families/copy.ts";
import { ctes } from "./families/ctes.ts";
import { cursors } from "./families/cursors.ts";
import { definitions } from "./families/definitions.ts";
import { drops } from "./families/drops.ts";
import { escapes } from "./families/escapes.ts";
import { explain } from "./families/explain.ts";
import { functions } from "./families/functions.ts";
import { incidents } from "./families/incidents.ts";
import { largeObjects } from "./families/large-objects.ts";
import { maintenance } from "./families/maintenance.ts";
import { prepared } from "./families/prepared.ts";
import { privileges } from "./families/privileges.ts";
import { rows } from "./families/rows.ts";
import { selects } from "./families/selects.ts";
import { sequences } from "./families/sequences.ts";
import { server } from "./families/server.ts";
import { session } from "./families/session.ts";
import { tables } from "./families/tables.ts";
import { transactions } from "./families/transactions.ts";

/** All statements of the corpus, by what they have in common. */
export const families: readonly { readonly name: string; readonly cases: readonly Case[] }[] = [
  { name: "reading", cases: selects },
  { name: "changing rows", cases: rows },
  { name: "writes in common table expressions", cases: ctes },
  { name: "functions with side effects", cases: functions },
  { name: "sequences", cases: sequences },
  { name: "large objects", cases: largeObjects },
  { name: "COPY", cases: copy },
  { name: "EXPLAIN", cases: explain },
  { name: "prepared statements", cases: prepared },
  { name: "cursors", cases: cursors },
  { name: "transactions", cases: transactions },
  { name: "the session", cases: session },
  { name: "defining tables", cases: tables },
  { name: "defining everything else", cases: definitions },
  { name: "dropping", cases: drops },
  { name: "privileges and roles", cases: privileges },
  { name: "the server, and ways out of it", cases: server },
  { name: "maintenance", cases: maintenance },
  { name: "disguises", cases: escapes },
  { name: "seventeen ways to write", cases: incidents },
  { name: "what the text does not tell", cases: beyondTheText },
];
