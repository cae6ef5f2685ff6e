import type { Request, Response } from "express";
import type { Action } from "../contract/actions.ts";
import { name } from "../contract/fields.ts";
import { Forbidden, NotFound } from "../errors.ts";
import { may } from "../services/access.ts";
import type { Caller } from "./caller.ts";
import { accessCookie, cookieOf } from "./cookies.ts";
import type { Rates } from "./rates.ts";
import type { ReadAccess } from "./tokens.ts";

/** What admits a request: a token's reader, the one who looks the caller up, and the counters. */
export interface Admission {
  /** The claims of a valid access token; throws Forbidden. */
  readAccess(token: string): ReadAccess;
  /** Who it is, and the organisation `slug` as they see it; undefined when the session, or that organisation, is not. */
  findCaller(claims: ReadAccess, slug: string | undefined): Promise<Caller | undefined>;
  rates: Rates;
}

/**
 * The caller of a request for `action`, or undefined when it is public. Throws 401 without a session, one and the same 404
 * for an organisation that is foreign or missing, 403 when the role does not reach.
 */
export async function admit(
  action: Action,
  request: Request,
  response: Response,
  deps: Admission,
): Promise<Caller | undefined> {
  const address = request.ip ?? "";
  const token = cookieOf(request.get("cookie"), accessCookie);
  if (action === "public" || token === undefined) {
    await deps.rates.countAddress(address, response);
    if (action === "public") return undefined;
    throw unauthenticated();
  }
  const claims = deps.readAccess(token);
  const slug = typeof request.params.org === "string" ? request.params.org : undefined;
  // What cannot be a name is not looked for: Postgres refuses some of it, such as NUL.
  const caller = await deps.findCaller(claims, name.safeParse(slug).success ? slug : undefined);
  if (!caller) throw sessionEnded();
  await deps.rates.countCaller(caller, response);
  if (slug !== undefined && !caller.org) throw new NotFound();
  if (!may(action, { org: caller.org?.role ?? null, platform: caller.platformRole })) throw refused();
  return caller;
}

function unauthenticated(): Forbidden {
  return new Forbidden({
    reason: "Unauthenticated",
    detail: "This needs somebody who is signed in.",
    remedy: "Sign in and try again.",
  });
}

function sessionEnded(): Forbidden {
  return new Forbidden({
    reason: "SessionExpired",
    detail: "The session was ended.",
    remedy: "Sign in again.",
  });
}

function refused(): Forbidden {
  return new Forbidden({
    reason: "Forbidden",
    detail: "Your role does not include this.",
    remedy: "Ask an owner of the organisation for a role that does.",
  });
}
