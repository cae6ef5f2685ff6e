import type { variableEndpoints } from "../../contract/apps/variables.ts";
import type { Handlers } from "../../http/handlers.ts";
import type { AppDeps } from "../../services/apps/create.ts";
import { patchVariables, readVariables } from "../../services/apps/variables.ts";
import { targetOf } from "./apps.ts";

/** Variables: a line for each endpoint. */
export function variableRoutes(deps: AppDeps): Handlers<typeof variableEndpoints> {
  return {
    "GET /orgs/{org}/apps/{app}/variables": async ({ caller, params }) => {
      const reply = await readVariables(deps, caller.org, params.app);
      return { reply, revision: reply.revision };
    },
    "PATCH /orgs/{org}/apps/{app}/variables": async (request) => {
      const reply = await patchVariables(deps, targetOf(request), request.body);
      return { reply, revision: reply.revision };
    },
  };
}
