import type { Principal } from "@custody/identity";
import type { FastifyRequest } from "fastify";
import { HttpProblem } from "./http-problem.ts";

/** Who asks, where a route is not open to everybody. @throws HttpProblem token-refused */
export function principalOf({ principal }: Pick<FastifyRequest, "principal">): Principal {
  if (principal === null) throw new HttpProblem("token-refused", "sign in first");
  return principal;
}
