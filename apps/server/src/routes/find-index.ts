import { HttpProblem } from "../http/http-problem.ts";
import type { RouteParts } from "./parts.ts";

/**
 * Where the record stands that `id` means: an index, a record's id, or an action's, which means its newest record.
 *
 * @throws HttpProblem `not-found`
 */
export function findIndex({ reader, records }: Pick<RouteParts, "reader" | "records">, id: string): number {
  const index = /^\d+$/.test(id) ? Number(id) : records.find(id.toLowerCase());
  if (index === undefined || index >= reader.size)
    throw new HttpProblem("not-found", `there is no record ${id}`);
  return index;
}
