import type { AuditRecord } from "@custody/domain";
import { principalOperation } from "../operations.ts";
import { present, presentOrNone } from "../present.ts";
import { sourceEndpoint, targetEndpoint } from "./endpoint.ts";
import type { Activity, Mapping } from "./mapping.ts";

/** A request to a model, what a person said with it, and the calls of tools in its answer: API Activity, 6003. */
export function apiActivity(record: AuditRecord): Mapping {
  const { details = {}, links, target, type } = record;
  const fields = present({
    api: present({
      operation: operationOf(record),
      request: present({ data: inputOf(record), uid: links.request ?? record.action }),
      response: presentOrNone({
        code: numberOf(details["status"]),
        error: textOf(details["errorType"]),
        error_message: textOf(details["error"] ?? details["connection"]),
        message: type === "model.request.completed" ? record.statement?.text : textOf(details["result"]),
      }),
      service: presentOrNone({ name: target?.name, uid: target?.identity }),
    }),
    dst_endpoint: targetEndpoint(record),
    src_endpoint: sourceEndpoint(record),
  });
  return { activity: activityOf(type), category: 6, fields, name: "API Activity", uid: 6003 };
}

/** What OCSF has no activity for is "Other", with a name: an answer is not created, read, updated or deleted. */
function activityOf(type: string): Activity {
  const [, name = type] = /^(prompt|tool\.call|model\.request)\./.exec(type) ?? [];
  return {
    id: 99,
    name: { "model.request": "Model request", prompt: "Prompt", "tool.call": "Tool call" }[name] ?? name,
  };
}

function operationOf(record: AuditRecord): string {
  const { details = {}, type } = record;
  return (principalOperation(record)?.verb ?? textOf(details["name"])) || type;
}

/** Answers are in the response. */
function inputOf({ statement, type }: AuditRecord): { readonly text: string } | undefined {
  return statement === undefined || type === "model.request.completed" ? undefined : { text: statement.text };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}
