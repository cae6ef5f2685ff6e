import { z } from "zod";
import { cpu, dnsName, immutable, memory, objectName, ruled, suspended, text } from "../fields.ts";
import { limits } from "../limits.ts";
import { GROUP, type Kind, type KubeObject, VERSION } from "../meta.ts";
import { ageColumns, phaseColumns, statusFields } from "../status.ts";

// `<namespace>-builds` must fit a namespace name too.
const namespaceLength = limits.kube.nameLength - "-builds".length;

const quota = z.strictObject({
  cpu: cpu().default("16").meta({ title: "CPU", description: "Cores of all instances together." }),
  memory: memory().default("32Gi").meta({ title: "Memory", description: "Memory of all instances together." }),
  ephemeralStorage: memory()
    .default("100Gi")
    .meta({ title: "Scratch disk", description: "Scratch disk of all instances together." }),
  storage: memory().default("100Gi").meta({ title: "Volumes", description: "Size of all volumes together." }),
  pods: z.int().min(1).max(5_000).default(200).meta({ title: "Instances", description: "Pods at the same time." }),
  volumes: z
    .int()
    .min(0)
    .max(1_000)
    .default(20)
    .meta({ title: "Number of volumes", description: "Volumes at the same time." }),
});

const network = ruled(
  z.strictObject({
    egress: z.enum(["Internet", "None", "Listed"]).default("Internet").meta({
      title: "Outgoing",
      description: "Internet: all but private, link-local and metadata ranges. Listed: only cidrs.",
    }),
    cidrs: z
      .array(z.cidrv4().max(18))
      .min(1)
      .max(50)
      .optional()
      .meta({ title: "Ranges", description: "IPv4 ranges that may be reached." }),
  }),
  {
    cel: "(self.egress == 'Listed') == has(self.cidrs)",
    holds: ({ egress, cidrs }) => (egress === "Listed") === (cidrs !== undefined),
    message: "cidrs belongs to egress Listed, and to it alone",
    field: "cidrs",
  },
);

/** What a customer organisation may use on this cluster. */
export const tenantSpec = immutable(
  z.strictObject({
    namespace: dnsName(namespaceLength)
      .optional()
      .meta({ title: "Namespace", description: "Where its apps run. Default: sp-<name>. Cannot change." }),
    adopt: z
      .boolean()
      .default(false)
      .meta({ title: "Adopt", description: "Take over a namespace of that name which exists already." }),
    suspended: suspended().optional().describe("Every app of the tenant stands still; data is kept."),
    quota: quota.prefault({}).meta({ title: "Quota", description: "What it may use in total." }),
    network: network
      .default({ egress: "Internet" })
      .meta({ title: "Network", description: "What its apps may connect to." }),
  }),
  "namespace",
);

const amount = text(32);

/** What is, as the operator saw it. */
export const tenantStatus = z.strictObject({
  phase: z
    .enum(["Pending", "Active", "Suspended", "Failed", "Deleting"])
    .optional()
    .describe("Where it stands, for people."),
  namespace: objectName().optional().describe("Where its apps run."),
  usage: z
    .strictObject({
      cpu: amount.optional(),
      memory: amount.optional(),
      ephemeralStorage: amount.optional(),
      storage: amount.optional(),
      pods: amount.optional(),
    })
    .optional()
    .describe("What of the quota is used."),
  ...statusFields,
});

export type TenantSpec = z.output<typeof tenantSpec>;
export type TenantStatus = z.output<typeof tenantStatus>;
export type Tenant = KubeObject<TenantSpec, TenantStatus>;

/** One customer organisation on this cluster. */
export const tenant: Kind<TenantSpec, TenantStatus> = {
  group: GROUP,
  version: VERSION,
  kind: "Tenant",
  plural: "tenants",
  singular: "tenant",
  shortNames: ["tn"],
  scope: "Cluster",
  nameLength: namespaceLength - "sp-".length,
  description: "One customer organisation on this cluster: its namespace, what it may use and what it may reach.",
  spec: tenantSpec,
  status: tenantStatus,
  printerColumns: [
    ...phaseColumns,
    { name: "Namespace", type: "string", jsonPath: ".status.namespace", description: "Where its apps run." },
    ...ageColumns,
  ],
};
