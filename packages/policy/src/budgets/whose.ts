import { compileGlob } from "../rules/glob.ts";
import type { Budget } from "../text/budget-schema.ts";
import type { Family } from "./family.ts";
import type { Total } from "./total.ts";

/** Whoever wants to know how budgets stand. */
export interface BudgetViewer {
  /** The projects whose spending they may see. */
  readonly projects: "all" | readonly string[];
  /** The id of the person; what was spent for them alone they may see as well. */
  readonly human: string;
}

/** What is spent in a place belongs to these. */
interface Whose {
  /** All of them; undefined where any project may spend there. */
  readonly projects: readonly string[] | undefined;
  /** The only person whom it is spent for. */
  readonly human?: string | undefined;
}

/** Whether somebody may see a place, and it is about the one project that was asked for. */
export function isShown(total: Total, family: Family, viewer: BudgetViewer, project?: string): boolean {
  return isOf(whoseOf(total, family), viewer, project);
}

/**
 * Whether somebody is told that nothing of a budget is spent, who sees no place of it. Of one that spans more than they may see
 * that would not be true.
 */
export function isShownUntouched(budget: Budget, viewer: BudgetViewer, project?: string): boolean {
  if (budget.per !== "project" && budget.per !== "session")
    return isOf({ projects: namedProjects(budget) }, viewer, project);
  const { projects } = viewer;
  if (project === undefined && projects === "all") return true;
  const asked = projects === "all" ? [project as string] : projects;
  return asked.some((each) => (project === undefined || each === project) && isAbout(budget, each));
}

function isOf({ human, projects }: Whose, viewer: BudgetViewer, project: string | undefined): boolean {
  if (project !== undefined && projects?.includes(project) !== true) return false;
  if (viewer.projects === "all" || (human !== undefined && human === viewer.human)) return true;
  const { projects: readable } = viewer;
  return projects?.every((each) => readable.includes(each)) === true;
}

function whoseOf({ budget, scope }: Total, family: Family): Whose {
  const projects = namedProjects(budget);
  if (budget.per === "project") return { projects: [scope] };
  // What nobody in particular asks for is nobody's.
  if (budget.per === "human") return { human: scope === "" ? undefined : scope, projects };
  if (budget.per !== "session") return { projects };
  const member = family.find(scope);
  return member === undefined ? { projects } : { human: member.human?.id, projects: [member.project] };
}

/** The projects that a budget names, unless a pattern of it stands for any. */
function namedProjects({ match }: Budget): readonly string[] | undefined {
  const named = match?.project;
  return named?.some((pattern) => pattern.includes("*")) ? undefined : named;
}

function isAbout({ match }: Budget, project: string): boolean {
  const patterns = match?.project;
  return patterns?.some((pattern) => compileGlob(pattern, { ignoreCase: false })(project)) ?? true;
}
