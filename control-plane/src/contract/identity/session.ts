import { z } from "zod";
import { actions, orgRoles, platformRoles } from "../actions.ts";
import { defineEndpoints } from "../endpoint.ts";
import { email, name, nothing, title } from "../fields.ts";

const user = z.strictObject({
  id: z.uuid(),
  email,
  name: z.string(),
  platformRole: z.enum(platformRoles).nullable(),
});

const membership = z.strictObject({
  id: z.uuid(),
  slug: name,
  name: z.string(),
  role: z.enum(orgRoles).nullable(),
  actions: z.array(z.enum(actions)),
});

/** Who is signed in, their organisations and what they may do in each; `actions` are those on the platform itself. */
export const session = z.strictObject({
  user,
  organisations: z.array(membership).max(200),
  actions: z.array(z.enum(actions)),
  expiresInSeconds: z.int().min(0),
});

/** Access and refresh tokens travel only in HttpOnly cookies, never in a reply. */
export const sessionEndpoints = defineEndpoints({
  "POST /auth/login": {
    may: "public",
    summary: "Sign in with e-mail address and password; sets the session cookies",
    status: 200,
    body: z.strictObject({ email, password: z.string().min(1).max(128) }),
    reply: session,
  },
  "POST /auth/refresh": {
    may: "public",
    summary: "Exchange the refresh cookie for a new pair; the old one is used up",
    status: 200,
    reply: session,
  },
  "POST /auth/logout": { may: "session.read", summary: "End this session", status: 204, reply: nothing },
  "GET /session": {
    may: "session.read",
    summary: "Who is signed in and what they may do",
    status: 200,
    reply: session,
  },
  "POST /admin/users": {
    may: "users.create",
    summary: "Create a user, with an organisation of their own or as member of existing ones",
    status: 201,
    idempotency: "required",
    body: z.strictObject({
      email,
      name: title,
      password: z.string().min(8).max(128),
      organisation: z.strictObject({ slug: name, name: title }).optional(),
      memberships: z
        .array(z.strictObject({ organisation: name, role: z.enum(orgRoles) }))
        .max(50)
        .default([]),
    }),
    reply: user,
  },
});
