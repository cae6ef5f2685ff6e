import { randomBytes } from "node:crypto";
import type { RequestHandler, Response } from "express";
import helmet from "helmet";

/** The nonce of this answer's styles, for index.html. */
export function nonceOf(response: Response): string {
  return String(response.locals.nonce);
}

/** Headers of every answer (web.md §2): no inline code, no frame, no foreign origin. `secure` adds HSTS. */
export function securityHeaders(secure: boolean): RequestHandler[] {
  const nonce: RequestHandler = (_request, response, next) => {
    response.locals.nonce = randomBytes(16).toString("base64url");
    next();
  };
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        "style-src": ["'self'", (_request, response) => `'nonce-${String(Reflect.get(response, "locals").nonce)}'`],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
      },
    },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: "same-origin" },
    xPoweredBy: false,
  });
  return [nonce, headers];
}
