import { limits } from "@skypanel/crds/limits.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Action } from "../contract/actions.ts";
import type { Caller } from "../http/caller.ts";
import { may } from "../services/access.ts";

/** Looks a caller up anew, as for a request: undefined once the session ended. */
export type FindCaller = (
  claims: { userId: string; sessionId: string; expiresAt: number },
  slug: string | undefined,
) => Promise<Caller | undefined>;

/** Whether a right that was there still is; `signed-out` when the session ended. */
export type Standing = "allowed" | "refused" | "signed-out";

/** Whether `caller` may do `action` now: in the organisation `slug`, or on the platform when it is undefined. */
export async function standing(
  findCaller: FindCaller,
  caller: Caller,
  action: Action,
  slug: string | undefined,
): Promise<Standing> {
  const { user, sessionId, expiresAt } = caller;
  const now = await findCaller({ userId: user.id, sessionId, expiresAt }, slug);
  if (now === undefined) return "signed-out";
  if (slug !== undefined && now.org === undefined) return "refused";
  return may(action, { org: now.org?.role ?? null, platform: now.platformRole }) ? "allowed" : "refused";
}

/**
 * Asks `look` every 15 s and calls `lost` when it answers anything but "allowed": no stream outlives the right to it
 * (guarantees.md, A2.13). While the database is away the stream stays: it brings nothing new then.
 */
export function recheck(
  clock: Clock,
  look: () => Promise<Standing>,
  lost: (standing: Standing) => void,
  closed: AbortSignal,
): void {
  const once = async () => {
    const found = await look().catch((): Standing => "allowed");
    if (closed.aborted) return;
    if (found === "allowed") plan();
    else lost(found);
  };
  const plan = () => {
    const cancel = clock.setTimer(limits.stream.heartbeatMillis, () => {
      closed.removeEventListener("abort", cancel);
      void once();
    });
    closed.addEventListener("abort", cancel, { once: true });
  };
  plan();
}
