import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";

/** What the document at /api/openapi.json says besides the routes. */
export function openApiInfo(version: string): NonNullable<FastifyDynamicSwaggerOptions["openapi"]> {
  return {
    components: {
      securitySchemes: {
        session: {
          description: "The key of a browser's session; its other half is the cookie that the sign-in set.",
          in: "header",
          name: "x-custody-session",
          type: "apiKey",
        },
        token: {
          description:
            "The token of local.token, one of `custody tokens create`, or one of a page that a link let in.",
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
    security: [{ token: [] }, { session: [] }],
  };
}
