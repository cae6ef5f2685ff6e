import type { organisationEndpoints } from "../../contract/identity/organisations.ts";
import { byOf, type OrgCaller, whoOf } from "../../http/caller.ts";
import type { Handlers } from "../../http/handlers.ts";
import { type Acting, changeRole, memberPage, removeMember } from "../../services/identity/members.ts";
import { createOrganisation, organisation, organisationPage, rename } from "../../services/identity/organisations.ts";
import type { Store } from "../../services/store.ts";

interface OrgRequest {
  caller: OrgCaller;
  address: string;
  requestId: string;
}

function actingOf(request: OrgRequest): Acting {
  const { caller } = request;
  const roles = { org: caller.org.role, platform: caller.platformRole };
  return { who: whoOf(caller), by: byOf(request), roles, org: caller.org };
}

/** Organisations and their members. */
export function organisationHandlers({ pool }: Store): Handlers<typeof organisationEndpoints> {
  return {
    "GET /orgs": async ({ caller, query }) => ({ reply: await organisationPage(pool, whoOf(caller), query) }),
    "POST /orgs": async (request) => ({
      reply: await createOrganisation(pool, request.caller.user.id, byOf(request), request.body, request.keep),
    }),
    "GET /orgs/{org}": async ({ caller }) => ({ reply: await organisation(pool, whoOf(caller), caller.org.id) }),
    "PATCH /orgs/{org}": async (request) => {
      const { caller, body } = request;
      return { reply: await rename(pool, whoOf(caller), byOf(request), caller.org, body.name) };
    },
    "GET /orgs/{org}/members": async ({ caller, query }) => ({
      reply: await memberPage(pool, whoOf(caller), caller.org, query),
    }),
    "PATCH /orgs/{org}/members/{id}": async (request) => ({
      reply: await changeRole(pool, actingOf(request), request.params.id, request.body.role),
    }),
    "DELETE /orgs/{org}/members/{id}": async (request) => ({
      reply: await removeMember(pool, actingOf(request), request.params.id).then(() => undefined),
    }),
  };
}
