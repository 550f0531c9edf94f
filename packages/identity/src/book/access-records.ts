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

/** Somebody who is known asked for what is not theirs, or an agent for what is only a person's; so often. */
interface DeniedNote {
  readonly kind: "denied";
  readonly address: string;
  /** The method and the route, without what a client puts in its place. */
  readonly route: string;
  /** Where it was an agent, by the token of its session. */
  readonly agent?: { readonly name: string; readonly session: string; readonly project: string } | undefined;
  /** More people and agents than are counted one by one: whoever says so is not who was denied. */
  readonly isMany?: true | undefined;
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
export const LOOKING_COMMANDS = ["export", "log", "prove", "replay", "show"] as const;

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

/** Somebody ran such a command so often within a minute that it was counted. */
interface CommandsNote {
  readonly kind: "commands";
  readonly command: (typeof LOOKING_COMMANDS)[number];
  readonly count: number;
  /** Of all of them together. */
  readonly records: number;
  /** Whether any of them goes on. */
  readonly follows: boolean;
  /** What was asked for: the first of it, when it was much. */
  readonly texts: readonly string[];
}

/** What the server's process has counted, or a command has said. */
export type AccessNote = CommandNote | CommandsNote | DeniedNote | ReadNote | RefusedNote;

const noteSchema: z.ZodType<AccessNote> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("refused"),
    name: z.string().max(200),
    user: z.string().max(64).optional(),
    address: z.string().max(100),
    count: count.min(1),
  }),
  z.strictObject({
    kind: z.literal("denied"),
    address: z.string().max(100),
    route: z.string().max(200),
    agent: z
      .strictObject({ name: z.string().max(200), session: z.string().max(64), project: z.string().max(200) })
      .optional(),
    isMany: z.literal(true).optional(),
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
  z.strictObject({
    kind: z.literal("commands"),
    command: z.enum(LOOKING_COMMANDS),
    count: count.min(1),
    records: count,
    follows: z.boolean(),
    texts: texts(20),
  }),
]);

type Stamp = Parameters<typeof identityDraft>[2];

/** Who looked, who was not let in, and who asked for what is not theirs. @throws IdentityError REQUEST_INVALID */
export function accessDraft(body: unknown, by: Principal, stamp: Stamp): RecordDraft {
  const note = readRequest(noteSchema, body);
  if (note.kind === "refused") return refusedDraft(note, by, stamp);
  if (note.kind === "denied") return deniedDraft(note, by, stamp);
  if (note.kind === "command" || note.kind === "commands") return commandDraft(note, by, stamp);
  const { filters, indexes, lists, records, streams } = note;
  const details = { filters, indexes, lists, records, streams };
  const params = { lists, name: by.name, records };
  return identityDraft({ details, level: "debug", params, type: "access.read" }, by, stamp);
}

function refusedDraft({ address, count, name, user }: RefusedNote, by: Principal, stamp: Stamp): RecordDraft {
  const details = { address, count, name, ...(user === undefined ? undefined : { user }) };
  const params = { address, count, name };
  const fact = { details, level: "warning", params, type: "access.sign-in-refused" } as const;
  const { actor: _, ...draft } = identityDraft(fact, by, stamp);
  // Whoever it was, it was not the person whose name they typed.
  return { ...draft, actor: { service: "custody" }, details };
}

/** That an agent tried is worse than that a person did: it has no business there at all. */
function deniedDraft(note: DeniedNote, by: Principal, stamp: Stamp): RecordDraft {
  const { address, agent, count, route } = note;
  if (note.isMany) return manyDeniedDraft(note, by, stamp);
  const name = agent?.name ?? by.name;
  const details = { address, count, method: agent ? "agent token" : by.method, name, route };
  const params = { address, count, name, route };
  const fact = { details, level: agent ? "error" : "warning", params, type: "access.denied" } as const;
  const draft = identityDraft(fact, by, stamp);
  if (agent === undefined) return { ...draft, details };
  const { project, session } = agent;
  return { ...draft, actor: { agent: { instance: session, name } }, details, project, session };
}

/** Nobody in particular: a name here would say of somebody what others did. */
function manyDeniedDraft({ address, count, route }: DeniedNote, by: Principal, stamp: Stamp): RecordDraft {
  const params = { address, by: "many", count, name: "many", route };
  const details = { address, count, method: "many", name: "many", route };
  const fact = { details, level: "warning", params, type: "access.denied" } as const;
  return { ...identityDraft(fact, by, stamp), actor: { service: "custody" }, details };
}

function commandDraft(
  { kind: _, ...details }: CommandNote | CommandsNote,
  by: Principal,
  stamp: Stamp,
): RecordDraft {
  const { command, records } = details;
  // What is exported leaves the machine.
  const level = command === "export" ? "info" : "debug";
  const params = { command, name: by.name, records };
  return identityDraft({ details, level, params, type: "access.command" }, by, stamp);
}
