import { addOperation } from "../draft.ts";
import { partsOfRelation, touchParts } from "../object-names.ts";
import { as } from "../tree.ts";
import type { Handlers } from "./handler.ts";

/** Housekeeping rewrites how data is stored, not what it says. Much of it refuses to run in a transaction. */
export const maintenanceHandlers: Handlers<
  "VacuumStmt" | "ClusterStmt" | "ReindexStmt" | "CheckPointStmt" | "LoadStmt"
> = {
  /** VACUUM, and ANALYZE, which does run in a transaction. */
  VacuumStmt: ({ is_vacuumcmd, rels }, { draft }) => {
    const verb = is_vacuumcmd === true ? "VACUUM" : "ANALYZE";
    const operation = addOperation(draft, { kind: "admin", tier: "write", verb });
    for (const node of rels ?? []) {
      touchParts(draft, operation, partsOfRelation(as(node, "VacuumRelation")?.relation ?? {}), "write");
    }
    if (is_vacuumcmd === true) draft.escapesTransaction = true;
  },

  ClusterStmt: ({ relation }, { draft }) => {
    const operation = addOperation(draft, { kind: "admin", tier: "write", verb: "CLUSTER" });
    if (relation === undefined) draft.escapesTransaction = true;
    else touchParts(draft, operation, partsOfRelation(relation), "write");
  },

  ReindexStmt: ({ kind, name, params, relation }, { draft }) => {
    const what = kind?.slice("REINDEX_OBJECT_".length) ?? "TABLE";
    const operation = addOperation(draft, { kind: "admin", tier: "write", verb: `REINDEX ${what}` });
    const parts = relation === undefined ? (name === undefined ? [] : [name]) : partsOfRelation(relation);
    touchParts(draft, operation, parts, "write");
    const isConcurrent = (params ?? []).some((node) => as(node, "DefElem")?.defname === "concurrently");
    if (relation === undefined || isConcurrent) draft.escapesTransaction = true;
  },

  CheckPointStmt: (_checkpoint, { draft }) => {
    addOperation(draft, { kind: "admin", tier: "admin", verb: "CHECKPOINT" });
    draft.escapesTransaction = true;
  },

  /** Loads machine code into the server. */
  LoadStmt: (_load, { draft }) => {
    addOperation(draft, { kind: "admin", tier: "admin", verb: "LOAD" });
    draft.escapesTransaction = true;
  },
};
