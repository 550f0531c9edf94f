import type { AuditRecord, RecordFilter, SessionSummary } from "@custody/domain";
import { may, type Principal, projectsOf } from "@custody/identity";
import { HttpProblem } from "../http/http-problem.ts";

/**
 * The part of a list that somebody may see: whole projects where they may read records, and else what they did, or had
 * agents do. Without a project, whoever reads one project sees that one.
 *
 * @throws HttpProblem not-permitted
 */
export function readableFilter(principal: Principal, filter: RecordFilter): RecordFilter {
  const projects = projectsOf(principal, "records.read");
  const { project } = filter;
  if (projects === "all" || (project !== undefined && projects.includes(project))) return filter;
  const [only] = projects;
  if (project === undefined && projects.length === 1 && only !== undefined && filter.human === undefined)
    return { ...filter, project: only };
  if (filter.human !== undefined && filter.human !== principal.name)
    throw new HttpProblem(
      "not-permitted",
      project === undefined
        ? `name one of your projects: ${projects.join(", ") || "there is none"}`
        : `you may not read the records of ${JSON.stringify(project)}`,
    );
  return { ...filter, human: principal.name };
}

/** Whether somebody may see one record: of a project that they read, or of what they did. */
export function isReadable(principal: Principal, { actor, project }: AuditRecord): boolean {
  return may(principal, "records.read", project) || actor.human?.id === principal.id;
}

/** Whether somebody may see a session in a list: of a project that they read, or what was done for them. */
export function isReadableSession(principal: Principal, { person, project }: SessionSummary): boolean {
  return may(principal, "records.read", project) || person === principal.name;
}
