import { z } from "zod";
import { defineEndpoints } from "../endpoint.ts";
import { instant, listQuery, page } from "../fields.ts";

/** One thing that was done: who, what, to what, from which value to which (never a secret), under which request. */
export const activityEntry = z.strictObject({
  id: z.string(),
  at: instant,
  actor: z.strictObject({ kind: z.enum(["user", "cluster", "system"]), id: z.string().nullable(), name: z.string() }),
  action: z.string(),
  object: z.strictObject({ kind: z.string(), id: z.string().nullable(), name: z.string() }),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  revision: z.string().nullable(),
  address: z.string().nullable(),
  requestId: z.string().nullable(),
});

const filters = { object: z.string().max(100).optional(), action: z.string().max(100).optional() };

export const activityEndpoints = defineEndpoints({
  "GET /orgs/{org}/activity": {
    may: "activity.read",
    summary: "What was done in the organisation, newest first",
    status: 200,
    query: z.strictObject({ ...listQuery, ...filters }),
    reply: page(activityEntry),
  },
  "GET /admin/audit": {
    may: "audit.read",
    summary: "What was done on the platform, newest first",
    status: 200,
    query: z.strictObject({ ...listQuery, ...filters }),
    reply: page(activityEntry),
  },
});
