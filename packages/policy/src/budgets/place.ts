import { compileGlob, type Matches } from "../rules/glob.ts";
import type { Budget } from "../text/budget-schema.ts";
import type { Family, Member } from "./family.ts";
import type { Spender } from "./spender.ts";

/** One thing that a budget limits: one session, one person, one project, one model, or everything. */
export interface Place {
  readonly budget: Budget;
  /** Which one; empty for everything. */
  readonly scope: string;
  /** The name of a person, whose scope is an id. */
  readonly person?: string | undefined;
}

/** Says where a request counts, for one budget: in no place, in one, or for a session also in those that it comes from. */
export type PlacesOf = (spender: Spender, family: Family) => readonly Place[];

export function compilePlaces(budget: Budget): PlacesOf {
  const isAbout = aboutWhom(budget);
  const one = (spender: Spender, scope: string, person?: string): readonly Place[] =>
    isAbout(spender, spender.model) ? [{ budget, person, scope }] : [];
  switch (budget.per) {
    case "session":
      return (spender, family) =>
        family
          .lineOf(spender)
          .filter((member) => isAbout(member, spender.model))
          .map(({ session }) => ({ budget, scope: session }));
    case "human":
      // What nobody in particular asks for counts together.
      return (spender) => one(spender, spender.human?.id ?? "", spender.human?.name);
    case "project":
      return (spender) => one(spender, spender.project);
    case "model":
      return (spender) => one(spender, spender.model);
    case "all":
      return (spender) => one(spender, "");
  }
}

function aboutWhom({ match = {} }: Budget): (who: Member, model: string) => boolean {
  const { agent, human, model, project } = match;
  const tests: readonly ((who: Member, model: string) => boolean)[] = [
    ...(project === undefined ? [] : [about(project, (who) => [who.project])]),
    ...(agent === undefined ? [] : [about(agent, (who) => [who.agent ?? ""])]),
    ...(human === undefined ? [] : [about(human, (who) => [who.human?.id ?? "", who.human?.name ?? ""])]),
    ...(model === undefined ? [] : [about(model, (_, name) => [name])]),
  ];
  return (who, name) => tests.every((test) => test(who, name));
}

function about(
  patterns: readonly string[],
  read: (who: Member, model: string) => readonly string[],
): (who: Member, model: string) => boolean {
  const all: readonly Matches[] = patterns.map((each) => compileGlob(each, { ignoreCase: false }));
  return (who, model) => read(who, model).some((text) => all.some((matches) => matches(text)));
}
