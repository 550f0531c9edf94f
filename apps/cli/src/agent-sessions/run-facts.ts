import { z } from "zod";

/** PATH_MAX of Linux, and some room for names that are longer elsewhere. */
const PATH_CHARACTERS_MAX = 4096;

/** A command line may be 2 MiB; what is longer than this is cut by whoever sends it, and says so. */
const COMMAND_CHARACTERS_MAX: number = 16 * 1024;

const text = (max: number) => z.string().min(1).max(max);

/** What a run says of itself: what runs, where, and of what. */
export interface RunFacts {
  /** The arguments, as a shell would take them. */
  readonly command: string;
  readonly directory: string;
  readonly host: string;
  readonly user: string;
  /** The address that the repository was cloned from, without what opens it; else its folder. */
  readonly repository?: string | undefined;
  readonly branch?: string | undefined;
  readonly commit?: string | undefined;
  readonly isTerminal: boolean;
}

export const runFactsSchema: z.ZodType<RunFacts> = z.strictObject({
  command: text(COMMAND_CHARACTERS_MAX),
  directory: text(PATH_CHARACTERS_MAX),
  host: text(255),
  user: text(256),
  repository: text(PATH_CHARACTERS_MAX).optional(),
  branch: text(512).optional(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, "it is 40 or 64 hexadecimal digits")
    .optional(),
  isTerminal: z.boolean(),
});

/** As the record has them: what there is not is left out. */
export function runDetails(facts: RunFacts): Readonly<Record<string, string | boolean>> {
  const given = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given as [string, string | boolean][]);
}
