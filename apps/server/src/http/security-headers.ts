import type { FastifyHelmetOptions } from "@fastify/helmet";

/**
 * What browsers are told. The page shows text that agents chose, so nothing but its own files may run or be loaded,
 * nothing may frame it, and it may talk to nobody but us.
 */
export function securityHeaders(hasTls: boolean): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      directives: {
        baseUri: ["'none'"],
        connectSrc: ["'self'"],
        defaultSrc: ["'none'"],
        fontSrc: ["'self'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", "data:"],
        requireTrustedTypesFor: ["'script'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
      },
      useDefaults: false,
    },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: "same-origin" },
    crossOriginResourcePolicy: { policy: "same-origin" },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: hasTls ? { includeSubDomains: false, maxAge: 31_536_000 } : false,
    xFrameOptions: { action: "deny" },
  };
}
