import { z } from "zod";
import { dnsName, hostName, objectName, text } from "../fields.ts";
import { limits } from "../limits.ts";
import { GROUP, type Kind, type KubeObject, VERSION } from "../meta.ts";
import { ageColumns, phaseColumns, statusFields } from "../status.ts";

const ingress = z.strictObject({
  className: objectName()
    .optional()
    .meta({ title: "Ingress class", description: "Default: the cluster's default class." }),
  namespace: dnsName(limits.kube.nameLength).default("traefik").meta({
    title: "Controller namespace",
    description: "Where the ingress controller runs; only it may reach Web processes from outside.",
  }),
  scheme: z
    .enum(["http", "https"])
    .default("https")
    .meta({ title: "Scheme", description: "How customers reach apps." }),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .meta({ title: "Port", description: "Port customers reach it on, if not the scheme's own." }),
});

/** What differs from cluster to cluster. */
export const clusterSettingsSpec = z.strictObject({
  // A label of an app and its dot come before it.
  baseDomain: hostName(limits.kube.hostLength - limits.kube.nameLength - 1)
    .optional()
    .meta({ title: "Base domain", description: "An app's host is <app>.<base domain>. Without it apps get no host." }),
  ingress: ingress.prefault({}).meta({ title: "Ingress", description: "How requests come in." }),
  storageClass: objectName()
    .optional()
    .meta({ title: "Storage class", description: "Default: the cluster's default class." }),
  privateRanges: z
    .array(z.cidrv4().max(18))
    .max(50)
    .optional()
    .meta({ title: "Private ranges", description: "IPv4 ranges apps must not reach, besides the private ones." }),
  confirmPrune: text(64)
    .regex(/^[A-Za-z0-9-]*$/)
    .optional()
    .describe("Id of the held removals that may go ahead."),
});

/** What is, as the operator saw it. */
export const clusterSettingsStatus = z.strictObject({
  phase: z.enum(["Pending", "Current", "Failed"]).optional().describe("Where it stands, for people."),
  ...statusFields,
});

export type ClusterSettingsSpec = z.output<typeof clusterSettingsSpec>;
export type ClusterSettingsStatus = z.output<typeof clusterSettingsStatus>;
export type ClusterSettings = KubeObject<ClusterSettingsSpec, ClusterSettingsStatus>;

/** What differs from cluster to cluster; there is one, named `default`. */
export const clusterSettings: Kind<ClusterSettingsSpec, ClusterSettingsStatus> = {
  group: GROUP,
  version: VERSION,
  kind: "ClusterSettings",
  plural: "clustersettings",
  singular: "clustersettings",
  shortNames: ["settings"],
  scope: "Cluster",
  nameLength: limits.kube.nameLength,
  onlyName: "default",
  description: "What differs from cluster to cluster: base domain, ingress, storage. There is one, named default.",
  spec: clusterSettingsSpec,
  status: clusterSettingsStatus,
  printerColumns: [
    ...phaseColumns,
    { name: "Domain", type: "string", jsonPath: ".spec.baseDomain", description: "Apps answer below it." },
    ...ageColumns,
  ],
};
