import type { sessionEndpoints } from "../../contract/identity/session.ts";
import { Forbidden } from "../../errors.ts";
import { byOf, whoOf } from "../../http/caller.ts";
import { cookieOf, endedCookies, refreshCookie, sessionCookies } from "../../http/cookies.ts";
import type { Handlers } from "../../http/handlers.ts";
import type { Rates } from "../../http/rates.ts";
import type { AccessClaims } from "../../http/tokens.ts";
import type { Passwords } from "../../services/identity/passwords.ts";
import { sessionView } from "../../services/identity/session.ts";
import { refresh, type SignedIn, signIn, signOut } from "../../services/identity/sign-in.ts";
import { createUser } from "../../services/identity/users.ts";
import type { Store } from "../../services/store.ts";

export interface SessionDeps extends Store {
  passwords: Passwords;
  rates: Rates;
  signAccess(claims: AccessClaims): string;
  /** How long an access token lives. */
  accessSeconds: number;
  secureCookies: boolean;
  now(): number;
}

interface PublicRequest {
  address: string;
  requestId: string;
  header(name: string): string | undefined;
}

const fromOf = ({ address, requestId, header }: PublicRequest) => ({
  address: address || null,
  requestId,
  userAgent: header("user-agent") ?? null,
});

/** Signing in and out, the session, and users. */
export function sessionHandlers(deps: SessionDeps): Handlers<typeof sessionEndpoints> {
  const { pool, secureCookies } = deps;
  const answer = async (signedIn: SignedIn) => {
    const cookies = sessionCookies(
      { access: deps.signAccess(signedIn), refresh: signedIn.refreshToken },
      secureCookies,
    );
    return { reply: { ...(await sessionView(pool, signedIn.userId)), expiresInSeconds: deps.accessSeconds }, cookies };
  };
  return {
    "POST /auth/login": async (request) => {
      const attempt = await deps.rates.countSignIn(request.body.email, request.address);
      const signedIn = await signIn(deps, request.body, fromOf(request));
      await attempt.forgive();
      return answer(signedIn);
    },
    "POST /auth/refresh": async (request) => {
      const token = cookieOf(request.header("cookie"), refreshCookie);
      if (token === undefined) throw noSession();
      return answer(await refresh(pool, token, fromOf(request)));
    },
    "POST /auth/logout": async (request) => {
      await signOut(pool, byOf(request), request.caller.sessionId);
      return { reply: undefined, cookies: endedCookies(secureCookies) };
    },
    "GET /session": async ({ caller }) => {
      const expiresInSeconds = Math.max(0, Math.ceil((caller.expiresAt - deps.now()) / 1000));
      return { reply: { ...(await sessionView(pool, caller.user.id)), expiresInSeconds } };
    },
    "POST /admin/users": async (request) => ({
      reply: await createUser(deps, whoOf(request.caller), byOf(request), request.body, request.keep),
    }),
  };
}

function noSession(): Forbidden {
  return new Forbidden({
    reason: "Unauthenticated",
    detail: "There is no session to refresh.",
    remedy: "Sign in.",
  });
}
