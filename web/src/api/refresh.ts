import { addressOf, initOf } from "./request.ts";

/**
 * Renews the session; true if it lives on. A refresh token is used up by its first use and a second use ends the whole
 * session, so tabs and the event worker take turns under one lock, and who comes late finds the session renewed.
 */
export function refreshSession(): Promise<boolean> {
  return navigator.locks.request("skypanel.refresh", async () => {
    const seen = await fetch(addressOf("GET /session"), initOf("GET /session", {}));
    if (seen.ok) return true;
    if (seen.status !== 401) throw new Error(`session answered ${seen.status}`);
    const renewed = await fetch(addressOf("POST /auth/refresh"), initOf("POST /auth/refresh", {}));
    return renewed.ok;
  });
}
