import type { AuditRecord } from "@custody/domain";

/**
 * Whether a payload has as much of the shape of a record as the index relies on. A ledger has one writer, and that
 * writes records; but a payload of another shape must not stop the index for good.
 */
export function isRecord(value: unknown): value is AuditRecord {
  if (!isObject(value)) return false;
  const { actor, details, effect, message, operations, statement, target, transaction, usage } = value;
  return (
    ["id", "action", "time", "type", "project", "level"].every((name) => typeof value[name] === "string") &&
    isObject(actor) &&
    isObject(message) &&
    [details, transaction].every((each) => each === undefined || isObject(each)) &&
    (effect === undefined || (isObject(effect) && isObject(effect["rows"]))) &&
    (usage === undefined || isUsage(usage)) &&
    (target === undefined || (isObject(target) && typeof target["name"] === "string")) &&
    (statement === undefined || isStatement(statement)) &&
    (operations === undefined || isListOf(operations, isOperation))
  );
}

function isStatement(value: unknown): boolean {
  if (!isObject(value) || typeof value["text"] !== "string") return false;
  return value["parameters"] === undefined || isListOf(value["parameters"], isObject);
}

function isUsage(value: unknown): boolean {
  if (!isObject(value)) return false;
  const counts = ["cacheRead", "cacheWrite", "input", "output", "reasoning"].map((name) => value[name]);
  return (
    ["currency", "model", "provider"].every((name) => typeof value[name] === "string") &&
    [...counts, value["costMicros"] ?? 0].every((each) => Number.isSafeInteger(each) && (each as number) >= 0)
  );
}

function isOperation(value: unknown): boolean {
  return (
    isObject(value) &&
    isListOf(value["objects"], (each) => isObject(each) && typeof each["name"] === "string")
  );
}

function isListOf(value: unknown, test: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(test);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
