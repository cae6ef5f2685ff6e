import type { activityEndpoints } from "../../contract/activity/activity.ts";
import { whoOf } from "../../http/caller.ts";
import type { Handlers } from "../../http/handlers.ts";
import { activityPage } from "../../services/activity/listing.ts";
import type { Store } from "../../services/store.ts";

/** What was done, in an organisation and on the platform. */
export function activityHandlers({ pool }: Store): Handlers<typeof activityEndpoints> {
  return {
    "GET /orgs/{org}/activity": async ({ caller, query }) => ({
      reply: await activityPage(pool, whoOf(caller), caller.org.id, query),
    }),
    "GET /admin/audit": async ({ caller, query }) => ({ reply: await activityPage(pool, whoOf(caller), null, query) }),
  };
}
