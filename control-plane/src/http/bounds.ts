import { limits } from "@skypanel/crds/limits.ts";
import type { RequestHandler } from "express";
import { Invalid, NotFound } from "../errors.ts";

/** Refuses an address longer than a browser's own before anything reads it. */
export const boundUrl: RequestHandler = (request, _response, next) => {
  if (request.originalUrl.length <= limits.api.urlBytes) return next();
  const detail = `The address is longer than ${limits.api.urlBytes / 1024} KiB.`;
  next(new Invalid({ reason: "TooLarge", detail, remedy: "Send less in the address." }));
};

/** The end of a router: what nobody answered is not there. */
export const notFound: RequestHandler = (_request, _response, next) => next(new NotFound());
