import type { SimulatedRows, Simulation, TableRows } from "@custody/domain";
import type { Changed } from "../bounded/rows-bound.ts";
import { definedObject } from "../simulate/catalogue.ts";
import { LISTED_MAX, listed, objectText } from "../simulate/simulation.ts";
import { withoutSessionNumber } from "../temporary-schema.ts";

/** What was counted of something that has run, as a human is shown it. */
export function impactOf(
  byTable: readonly TableRows[],
  isInTransaction: boolean,
  isTakenBack: boolean,
): Simulation {
  return {
    byTable: byTable.map((rows) => ({ ...rows, removed: 0 })),
    commands: [],
    created: [],
    dropped: [],
    method: isInTransaction ? "savepoint" : "transaction",
    notes: [
      isTakenBack
        ? "it was run, measured and taken back"
        : "it has run, and waits with its locks for the answer",
      ...(byTable.length === 0 ? [NOTHING_COUNTED] : []),
    ],
    outcome: "simulated",
    sideEffects: [],
  };
}

/** How many rows a table had that was emptied or dropped, nobody can count any more. */
export function withTables(impact: Simulation, changes: Changed["beyondRows"]): Simulation {
  if (changes === undefined) return impact;
  const { gone, made, rewritten } = changes;
  const whole = rewritten.map((table): SimulatedRows => {
    const schema = withoutSessionNumber(table.schema ?? "");
    const rows = impact.byTable.find((one) => one.name === table.name && one.schema === schema);
    const isDropped = gone.some(({ key }) => key === table.key);
    return { ...NO_ROWS, ...rows, name: table.name, removed: null, schema, ...(isDropped && { isDropped }) };
  });
  const isWhole = ({ name, schema }: SimulatedRows) =>
    whole.some((table) => table.name === name && table.schema === schema);
  return {
    ...impact,
    byTable: [...whole, ...impact.byTable.filter((one) => !isWhole(one))].slice(0, LISTED_MAX),
    created: listed(made.map((one) => objectText(definedObject(one)))),
    dropped: listed(gone.map((one) => objectText(definedObject(one)))),
  };
}

const NO_ROWS = { deleted: 0, inserted: 0, updated: 0 };

/** Whoever reads that no table changed has to know what does not say so. */
const NOTHING_COUNTED =
  "no row was counted: the server does not count those of foreign tables and of its own catalogue";
