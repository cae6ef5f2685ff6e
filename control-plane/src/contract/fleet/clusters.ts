import { z } from "zod";
import { check, machine } from "../agent.ts";
import { defineEndpoints } from "../endpoint.ts";
import { instant, line, listQuery, name, nothing, page, title } from "../fields.ts";

/** Host names end in a domain of the provider, or in `localhost` on a machine of one's own. */
const baseDomain = z
  .string()
  .max(200)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, "must be a domain name in lower case");

const labels = z
  .record(
    z.string().regex(/^[a-z0-9]([-a-z0-9._]{0,61}[a-z0-9])?$/),
    z
      .string()
      .max(63)
      .regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/),
  )
  .refine((value) => Object.keys(value).length <= 20, "at most 20 labels");

/** How apps are reached: the ingress class, the namespace its controller runs in, and the port people connect to. */
const ingress = z.strictObject({
  class: z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "must be the name of an ingress class")
    .default("traefik"),
  namespace: z
    .string()
    .max(63)
    .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/)
    .default("traefik"),
  port: z.int().min(1).max(65_535).default(80),
  tls: z.boolean().default(false),
});

export const wishes = ["Schedulable", "Unschedulable"] as const;

/** What is observed of a cluster; *Silent* after 45 s without a heartbeat, *Offline* after 90 s. */
export const clusterPhases = ["Created", "Joining", "PendingApproval", "Online", "Silent", "Offline"] as const;

export const cluster = z.strictObject({
  id: z.uuid(),
  slug: name,
  name: z.string(),
  region: z.string(),
  labels,
  baseDomain,
  ingress: z.strictObject({ class: z.string(), namespace: z.string(), port: z.int(), tls: z.boolean() }),
  wish: z.enum(wishes),
  phase: z.enum(clusterPhases),
  provisioning: z.strictObject({ step: z.string(), since: instant }).nullable(),
  lastHeartbeatAt: instant.nullable(),
  versions: z.strictObject({ operator: z.string(), kubernetes: z.string() }).nullable(),
  machines: z.array(machine).max(1_000),
  checklist: z.array(check).max(30),
  desired: z.strictObject({ seq: z.int(), appliedSeq: z.int().nullable(), appliedCommit: z.string().nullable() }),
  apps: z.int().min(0),
  token: z.strictObject({ expiresAt: instant, usedAt: instant.nullable() }).nullable(),
  createdAt: instant,
  revision: z.string(),
});

/** The token is shown here once; only its hash is kept. `command` is the one Helm command, reading the token from standard input. */
const registration = z.strictObject({
  token: z.string(),
  expiresAt: instant,
  command: z.string(),
  manifest: z.string(),
});

const region = z.strictObject({
  name: z.string(),
  clusters: z.array(
    z.strictObject({
      slug: name,
      name: z.string(),
      available: z.boolean(),
      reason: z.string().nullable(),
      baseDomain: z.string(),
    }),
  ),
});

export const clusterEndpoints = defineEndpoints({
  "GET /regions": {
    may: "regions.read",
    summary: "Regions and clusters an app can be placed on, and why not",
    status: 200,
    reply: z.strictObject({ items: z.array(region) }),
  },
  "GET /admin/clusters": {
    may: "clusters.read",
    summary: "All clusters",
    status: 200,
    query: z.strictObject(listQuery),
    reply: page(cluster),
  },
  "POST /admin/clusters": {
    may: "clusters.write",
    summary: "Create a cluster and its one-time registration token",
    status: 201,
    idempotency: "required",
    body: z.strictObject({
      slug: name,
      name: title,
      region: line(40),
      baseDomain,
      labels: labels.default({}),
      ingress: ingress.prefault({}),
    }),
    reply: z.strictObject({ cluster, registration }),
  },
  "GET /admin/clusters/{id}": { may: "clusters.read", summary: "One cluster", status: 200, reply: cluster },
  "PATCH /admin/clusters/{id}": {
    may: "clusters.write",
    summary: "Change a cluster's name, labels or wish; or say at which step its building is",
    status: 200,
    body: z.strictObject({
      name: title.optional(),
      labels: labels.optional(),
      wish: z.enum(wishes).optional(),
      provisioning: z
        .strictObject({ step: line(200) })
        .nullable()
        .optional(),
    }),
    reply: cluster,
  },
  "DELETE /admin/clusters/{id}": {
    may: "clusters.write",
    summary: "Remove an empty cluster; its identity dies",
    status: 204,
    reply: nothing,
  },
  "POST /admin/clusters/{id}/token": {
    may: "clusters.write",
    summary: "Issue a new registration token; an unused earlier one dies",
    status: 201,
    reply: registration,
  },
  "POST /admin/clusters/{id}/approve": {
    may: "clusters.write",
    summary: "Let a cluster speak whose registration token a second key presented too",
    status: 200,
    reply: cluster,
  },
});
