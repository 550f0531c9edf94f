import { pageText, reveal } from "@custody/messages";

/** What is frozen, as the server has it: docs/api.md. Neither target nor project: everything is. */
export interface Freeze {
  readonly id: string;
  readonly target?: string;
  readonly project?: string;
  readonly reason: string;
  readonly by: string;
  readonly since: string;
  readonly until?: string;
}

export const FREEZES_KEY = "freezes";

export function frozenText({ project, target }: Pick<Freeze, "project" | "target">): string {
  if (target !== undefined) return pageText("freeze.scope.target", { name: reveal(target).text });
  if (project !== undefined) return pageText("freeze.scope.project", { name: reveal(project).text });
  return pageText("freeze.scope.all");
}
