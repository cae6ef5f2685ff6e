import { z } from "zod";
import { orgRoles } from "../actions.ts";
import { defineEndpoints } from "../endpoint.ts";
import { email, instant, listQuery, name, nothing, page, title } from "../fields.ts";

const organisation = z.strictObject({ id: z.uuid(), slug: name, name: z.string(), createdAt: instant });

const member = z.strictObject({
  id: z.uuid(),
  email,
  name: z.string(),
  role: z.enum(orgRoles),
  since: instant,
});

export const organisationEndpoints = defineEndpoints({
  "GET /orgs": {
    may: "session.read",
    summary: "Organisations of the person signed in",
    status: 200,
    query: z.strictObject(listQuery),
    reply: page(organisation),
  },
  "POST /orgs": {
    may: "org.create",
    summary: "Create an organisation; whoever creates it owns it",
    status: 201,
    idempotency: "required",
    body: z.strictObject({ slug: name, name: title }),
    reply: organisation,
  },
  "GET /orgs/{org}": { may: "org.read", summary: "One organisation", status: 200, reply: organisation },
  "PATCH /orgs/{org}": {
    may: "org.update",
    summary: "Rename an organisation; its slug is fixed",
    status: 200,
    body: z.strictObject({ name: title }),
    reply: organisation,
  },
  "GET /orgs/{org}/members": {
    may: "members.read",
    summary: "Members and their roles",
    status: 200,
    query: z.strictObject(listQuery),
    reply: page(member),
  },
  "PATCH /orgs/{org}/members/{id}": {
    may: "members.manage",
    summary: "Change a member's role; the last owner stays one",
    status: 200,
    body: z.strictObject({ role: z.enum(orgRoles) }),
    reply: member,
  },
  "DELETE /orgs/{org}/members/{id}": {
    may: "members.manage",
    summary: "Remove a member; the last owner stays",
    status: 204,
    reply: nothing,
  },
});
