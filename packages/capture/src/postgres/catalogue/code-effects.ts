import type { Operation, TouchedObject, Via } from "@custody/domain";
import { highestTier } from "../classify/draft.ts";

/** What runs without standing in the statement: bodies of functions, triggers, rules, cascades. */
export interface CodeEffects {
  readonly operations: readonly Operation[];
  /** Something of it survives a ROLLBACK. */
  readonly escapesTransaction: boolean;
  /** Nobody can say all that it does. */
  readonly isOpen: boolean;
}

export const NO_EFFECTS: CodeEffects = { escapesTransaction: false, isOpen: false, operations: [] };
export const OPEN_EFFECTS: CodeEffects = { escapesTransaction: true, isOpen: true, operations: [] };

/** More than these say no more; a record has to have room for them. */
const OPERATIONS_MAX = 64;

export function unite(parts: Iterable<CodeEffects>): CodeEffects {
  const operations = new Map<string, Operation>();
  let escapesTransaction = false;
  let isOpen = false;
  for (const part of parts) {
    for (const operation of part.operations) {
      const key = JSON.stringify(operation);
      if (operations.size < OPERATIONS_MAX || operations.has(key)) operations.set(key, operation);
      else isOpen = true;
    }
    escapesTransaction ||= part.escapesTransaction;
    isOpen ||= part.isOpen;
  }
  return { escapesTransaction, isOpen, operations: [...operations.values()] };
}

/** What calls the code stands before what the code does. */
export function calledBy(
  verb: "FUNCTION" | "TRIGGER" | "CALL",
  object: TouchedObject,
  { escapesTransaction, isOpen, operations }: CodeEffects,
): CodeEffects {
  const call: Operation = {
    // Whoever made a trigger has decided what every write to its table does; a function is the caller's choice.
    kind: isOpen && verb !== "TRIGGER" ? "unknown" : "call",
    objects: [object],
    tier: isOpen ? (verb === "TRIGGER" ? "write" : "destructive") : highestTier(operations),
    verb,
  };
  const via = verb === "TRIGGER" ? "trigger" : "function";
  return { escapesTransaction, isOpen: false, operations: [call, ...markedVia(via, operations)] };
}

/** Whatever a function does further down, the statement has it done by what it calls itself. */
export function markedVia(via: Via, operations: readonly Operation[]): Operation[] {
  return operations.map((operation) => ({ ...operation, via }));
}
