import { ViewsError } from "@custody/views";
import type { FastifyReply } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import type { Api } from "./api.ts";
import { HttpProblem } from "./http-problem.ts";

/** What the framework refuses by itself, in our codes. */
const FRAMEWORK_PROBLEMS: Readonly<Record<string, () => HttpProblem>> = {
  FST_ERR_BAD_URL: () => new HttpProblem("not-found", "there is nothing here"),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new HttpProblem("body-too-long", "the body is longer than this takes"),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new HttpProblem("body-malformed", "the body is not JSON"),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new HttpProblem("body-malformed", "the body has another length"),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new HttpProblem("body-malformed", "the body is not JSON"),
  FST_ERR_MAX_PARAM_LENGTH: () => new HttpProblem("not-found", "there is nothing here"),
};

const RETRY_AFTER_SECONDS: Readonly<Record<string, number>> = {
  "data-path-silent": 5,
  "index-behind": 5,
  "policy-busy": 5,
  "too-many-attempts": 60,
  "too-many-streams": 10,
};

/** Every "no" is `{"error":{"code","message"}}`. What we did not expect is told to the operator, and to nobody else. */
export function answerErrors(api: Api, warn: (text: string) => void): void {
  api.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    // Whoever goes away in the middle of a body is no mistake of ours, and must not fill the operator's log.
    if (problem === undefined && error !== request.raw.errored)
      warn(
        `${request.method} ${request.routeOptions.url ?? "?"}: ${String((error as Error)?.stack ?? error)}`,
      );
    return refuse(reply, problem ?? new HttpProblem("internal", "internal error"));
  });
  api.setNotFoundHandler((_, reply) => refuse(reply, new HttpProblem("not-found", "there is nothing here")));
}

export function refuse(reply: FastifyReply, { code, details, message, status }: HttpProblem): FastifyReply {
  const seconds = details["retryAfter"] ?? RETRY_AFTER_SECONDS[code];
  if (seconds !== undefined) reply.header("retry-after", seconds);
  if (code === "token-refused") reply.header("www-authenticate", "Bearer");
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .type("application/json")
    .serializer(JSON.stringify)
    .send({ error: { code, message, ...details } });
}

/** Undefined for what we did not expect. */
export function problemOf(error: unknown): HttpProblem | undefined {
  if (error instanceof HttpProblem) return error;
  if (error instanceof ViewsError && error.code === "FILTER_INVALID")
    return new HttpProblem("request-invalid", error.message);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [issue] = error.validation;
    const place = issue?.instancePath.replace(/^\//, "").replaceAll("/", ".");
    return new HttpProblem("request-invalid", `${place || "the request"}: ${issue?.message}`);
  }
  const code = String((error as { code?: unknown } | null)?.code);
  return Object.hasOwn(FRAMEWORK_PROBLEMS, code) ? FRAMEWORK_PROBLEMS[code]?.() : undefined;
}
