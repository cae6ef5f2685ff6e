import { z } from "zod";
import { defineEndpoints } from "../endpoint.ts";
import { instant, listQuery, name, nothing, page, revision, title } from "../fields.ts";
import { instance, processInput, processStatus, processView } from "./processes.ts";

/** Phases of kinds.md, and *Unknown*: the cluster has not been heard of for 90 s. */
export const appPhases = [
  "Pending",
  "Building",
  "Releasing",
  "RollingOut",
  "Live",
  "Degraded",
  "Stopped",
  "Failed",
  "Suspended",
  "Deleting",
  "Unknown",
] as const;

/**
 * What was last observed. `observedRevision` is the revision the worker applied: while it differs from the app's
 * `revision` the app is progressing. `ageSeconds` is the age of the observation; `stale` says its cluster is silent.
 */
export const appStatus = z.strictObject({
  phase: z.enum(appPhases),
  lastPhase: z.enum(appPhases).nullable(),
  reason: z.string().nullable(),
  cause: z.string().nullable(),
  remedy: z.string().nullable(),
  since: instant.nullable(),
  observedAt: instant.nullable(),
  ageSeconds: z.int().min(0).nullable(),
  stale: z.boolean(),
  observedRevision: z.string().nullable(),
  url: z.string().nullable(),
  processes: z.array(processStatus).max(10),
});

/** `id` is null and the app read-only when it is managed with kubectl; `deletingSince` is set once deletion was asked for. */
export const appSummary = z.strictObject({
  id: z.uuid().nullable(),
  name: z.string(),
  title: z.string(),
  managedBy: z.enum(["control-plane", "kubectl"]),
  cluster: z.strictObject({ slug: name, name: z.string(), phase: z.string(), lastHeartbeatAt: instant.nullable() }),
  namespace: z.string(),
  image: z.string().nullable(),
  state: z.enum(["Running", "Stopped"]),
  revision: z.string(),
  status: appStatus,
  updatedAt: instant,
  updatedBy: z.string().nullable(),
});

export const app = appSummary.extend({
  processes: z.array(processView).max(10),
  instances: z.array(instance).max(200),
  conditions: z.array(
    z.strictObject({
      type: z.string(),
      status: z.string(),
      reason: z.string(),
      message: z.string(),
      since: instant.nullable(),
    }),
  ),
  variableKeys: z.array(z.string()).max(300),
  createdAt: instant.nullable(),
});

/** An image reference: `[registry/]path[:tag][@digest]`; lower case but for the tag, no scheme. */
const imageReference = z
  .string()
  .max(512)
  .regex(
    /^([a-z0-9.-]+(:[0-9]+)?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    "must be an image reference such as registry.example/team/app:1.2, without a scheme",
  );

const image = z.strictObject({ reference: imageReference });
const processes = z.array(processInput).min(1).max(10);

/** Restart, stop and start answer at once with the app as it is now asked to be; the cluster follows. */
const verb = (summary: string) =>
  ({ may: "apps.write", summary, status: 202, idempotency: "honoured", reply: app }) as const;

export const appEndpoints = defineEndpoints({
  "GET /orgs/{org}/apps": {
    may: "apps.read",
    summary: "Apps of the organisation, those managed with kubectl included",
    status: 200,
    query: z.strictObject({
      ...listQuery,
      phase: z.enum(appPhases).optional(),
      cluster: name.optional(),
      sort: z.enum(["name", "updated"]).default("name"),
    }),
    reply: page(appSummary),
  },
  "POST /orgs/{org}/apps": {
    may: "apps.write",
    summary: "Create an app from an image",
    status: 201,
    idempotency: "required",
    body: z.strictObject({
      name,
      title: title.optional(),
      cluster: name,
      image,
      processes,
      variables: z
        .array(z.strictObject({ key: z.string().max(128), value: z.string().max(32_768) }))
        .max(300)
        .default([]),
    }),
    reply: app,
  },
  "GET /orgs/{org}/apps/{app}": { may: "apps.read", summary: "One app, with its instances", status: 200, reply: app },
  "PATCH /orgs/{org}/apps/{app}": {
    may: "apps.write",
    summary: "Change title, image or processes",
    status: 200,
    ifMatch: true,
    body: z.strictObject({ title: title.optional(), image: image.optional(), processes: processes.optional() }),
    reply: app,
  },
  "DELETE /orgs/{org}/apps/{app}": {
    may: "apps.write",
    summary: "Delete the app; `confirm` repeats its name",
    status: 204,
    ifMatch: true,
    query: z.strictObject({ confirm: z.string().max(40) }),
    reply: nothing,
  },
  "PUT /orgs/{org}/apps/{app}/scale": {
    may: "apps.write",
    summary: "Set the number of instances of processes",
    status: 200,
    ifMatch: true,
    body: z.strictObject({
      processes: z
        .array(z.strictObject({ name: z.string().max(20), replicas: z.int().min(0).max(100) }))
        .min(1)
        .max(10),
    }),
    reply: app,
  },
  "POST /orgs/{org}/apps/{app}/start": verb("Start a stopped app at its old size"),
  "POST /orgs/{org}/apps/{app}/stop": verb("Stop all instances; size, data and hosts stay"),
  "POST /orgs/{org}/apps/{app}/restart": verb("Replace all instances, one after the other, same release"),
  "GET /orgs/{org}/apps/{app}/manifest": {
    may: "apps.read",
    summary: "The custom resource as committed, as YAML",
    status: 200,
    reply: z.strictObject({ revision, path: z.string(), yaml: z.string() }),
  },
});
