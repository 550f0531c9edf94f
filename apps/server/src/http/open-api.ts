import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";

/** What the document at /api/openapi.json says besides the routes. */
export function openApiInfo(version: string): NonNullable<FastifyDynamicSwaggerOptions["openapi"]> {
  return {
    components: {
      securitySchemes: {
        token: {
          description: "The token of local.token, or one that a sign-in gave to a page, which may only read.",
          scheme: "bearer",
          type: "http",
        },
      },
    },
    info: {
      description: "Chain of custody for AI coding agents: records, their proofs, and the log as C2SP tiles.",
      license: { name: "Apache-2.0" },
      title: "Custody",
      version,
    },
    openapi: "3.1.0",
    security: [{ token: [] }],
  };
}
