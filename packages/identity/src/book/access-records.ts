import type { RecordDraft } from "@custody/domain";
import { z } from "zod";
import type { Principal } from "../access/principal.ts";
import { identityDraft } from "./drafts.ts";
import { readRequest } from "./requests.ts";

const count = z.number().int().nonnegative();
const texts = (max: number) => z.array(z.string().max(2000)).max(max);

/** Somebody was not let in, so often. */
interface RefusedNote {
  readonly kind: "refused";
  /** A name that exists; of the others nobody needs to know what was typed, which is a password at times. */
  readonly name: string;
  readonly user?: string | undefined;
  readonly address: string;
  readonly count: number;
}

/** Somebody looked at records: how many single ones, how many lists, how many streams were opened. */
interface ReadNote {
  readonly kind: "read";
  readonly records: number;
  readonly lists: number;
  readonly streams: number;
  /** Where the records stand in the ledger; the first of them, when there are many. */
  readonly indexes: readonly string[];
  readonly filters: readonly string[];
}

/** Commands that look at records in the ledger's own files. */
export const LOOKING_COMMANDS = ["export", "log", "prove", "show"] as const;

/** Somebody ran a command that reads the ledger's files: the command says so itself, after it has looked. */
interface CommandNote {
  readonly kind: "command";
  readonly command: (typeof LOOKING_COMMANDS)[number];
  /** The filter, or the id: what was asked for, and nothing of what was found. */
  readonly asked: string;
  /** How many records were given. */
  readonly records: number;
  /** It goes on with those that come, which are not counted. */
  readonly follows: boolean;
}

/** What the server's process has counted, or a command has said. */
export type AccessNote = RefusedNote | ReadNote | CommandNote;

const noteSchema: z.ZodType<AccessNote> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("refused"),
    name: z.string().max(200),
    user: z.string().max(64).optional(),
    address: z.string().max(100),
    count: count.min(1),
  }),
  z.strictObject({
    kind: z.literal("read"),
    records: count,
    lists: count,
    streams: count,
    indexes: texts(100),
    filters: texts(20),
  }),
  z.strictObject({
    kind: z.literal("command"),
    command: z.enum(LOOKING_COMMANDS),
    asked: z.string().max(2000),
    records: count,
    follows: z.boolean(),
  }),
]);

/** Who looked, and who was not let in. @throws IdentityError REQUEST_INVALID */
export function accessDraft(
  body: unknown,
  by: Principal,
  stamp: { readonly action: string; readonly nowUs: number },
): RecordDraft {
  const note = readRequest(noteSchema, body);
  if (note.kind === "refused") {
    const { address, count, name, user } = note;
    const details = { address, count, name, ...(user === undefined ? undefined : { user }) };
    const params = { address, count, name };
    const fact = { details, level: "warning", params, type: "access.sign-in-refused" } as const;
    const { actor: _, ...draft } = identityDraft(fact, by, stamp);
    // Whoever it was, it was not the person whose name they typed.
    return { ...draft, actor: { service: "custody" }, details };
  }
  if (note.kind === "command") {
    const { kind: _, ...details } = note;
    const { command, records } = note;
    // What is exported leaves the machine.
    const level = command === "export" ? "info" : "debug";
    const params = { command, name: by.name, records };
    return identityDraft({ details, level, params, type: "access.command" }, by, stamp);
  }
  const { filters, indexes, lists, records, streams } = note;
  const details = { filters, indexes, lists, records, streams };
  const params = { lists, name: by.name, records };
  return identityDraft({ details, level: "debug", params, type: "access.read" }, by, stamp);
}
