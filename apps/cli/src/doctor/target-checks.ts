import type { Status } from "@custody/server";
import { serverText } from "../targets/describe-target.ts";
import { type Diagnosis, fail, ok, unknown, warn } from "./finding.ts";

/** Whether each target still leads to the server that it is held to. */
export function checkPins(status: Pick<Status, "targets"> | undefined): Diagnosis[] {
  const id = "target";
  if (status === undefined)
    return [unknown(id, "which servers answer for the targets cannot be seen while no server answers", "")];
  const found = status.targets.flatMap(({ name, pin, refused }) => {
    if (pin !== null && refused !== null)
      return fail(
        id,
        `${name} is refused: expected ${serverText(pin)}, and ${serverText(refused)} answers`,
        `find out why; if it is meant: custody target pin ${name} --reason TEXT`,
      );
    if (pin?.partial)
      return warn(
        id,
        `${name} is pinned in part: the role may not ask for the system's identifier`,
        `GRANT EXECUTE ON FUNCTION pg_control_system(), then: custody target pin ${name} --reason TEXT`,
      );
    return [];
  });
  return found.length > 0 ? found : [ok(id, "no other server answers for any target")];
}
