import { limits } from "@skypanel/crds/limits.ts";
import { compareQuantity, printMemory, type Quantity } from "@skypanel/crds/quantity.ts";
import type { Child } from "../kube/controller.ts";
import type { JsonObject } from "../kube/kube.ts";
import { limitRanges, resourceQuotas } from "../kube/resources.ts";
import { tenantLabels } from "../labels.ts";
import type { TenantWorld } from "./gather.ts";
import { partName } from "./names.ts";

/** What all pods of a namespace may have together. */
export interface Amounts {
  readonly cpu: Quantity;
  readonly memory: Quantity;
  readonly ephemeralStorage: Quantity;
  readonly storage: Quantity;
  readonly pods: number;
  readonly volumes: number;
}

/** One build at a time per app, and a few apps at once. */
export const buildAmounts: Amounts = {
  cpu: "4",
  memory: printMemory(2 * limits.build.memoryBytes),
  ephemeralStorage: printMemory(2 * limits.build.diskBytes),
  storage: "0",
  pods: 10,
  volumes: 0,
};

// Objects that cost the cluster memory though no pod runs, and Services that would open ports beside the ingress.
const objectCounts = {
  "count/jobs.batch": "500",
  secrets: "1000",
  configmaps: "500",
  "services.loadbalancers": "0",
  "services.nodeports": "0",
};

/** The upper bound of everything in `namespace`. */
export function quota({ tenant }: TenantWorld, namespace: string, amounts: Amounts): Child {
  return {
    resource: resourceQuotas,
    manifest: {
      metadata: { name: partName("quota"), namespace, labels: tenantLabels(tenant.metadata.name) },
      spec: {
        hard: {
          "limits.cpu": String(amounts.cpu),
          "limits.memory": String(amounts.memory),
          "limits.ephemeral-storage": String(amounts.ephemeralStorage),
          "requests.storage": String(amounts.storage),
          persistentvolumeclaims: String(amounts.volumes),
          pods: String(amounts.pods),
          ...objectCounts,
        },
      },
    },
  };
}

/** What a container gets that says nothing itself, and the most one may ask for. */
export function limitRange({ tenant }: TenantWorld, namespace: string, amounts: Amounts): Child {
  const max = { cpu: amounts.cpu, memory: amounts.memory, "ephemeral-storage": amounts.ephemeralStorage };
  const usual = within(max, { cpu: "250m", memory: "256Mi", "ephemeral-storage": "1Gi" });
  const promised = within(max, { cpu: "50m", memory: "256Mi", "ephemeral-storage": "0" });
  return {
    resource: limitRanges,
    manifest: {
      metadata: { name: partName("limits"), namespace, labels: tenantLabels(tenant.metadata.name) },
      spec: {
        limits: [
          {
            type: "Container",
            default: usual,
            defaultRequest: promised,
            max: within(max, max),
          },
        ],
      },
    },
  };
}

/** The amounts, none above its most: the API server refuses a usual amount that nobody could have. */
function within(most: Readonly<Record<string, Quantity>>, amounts: Readonly<Record<string, Quantity>>): JsonObject {
  const least = (name: string, amount: Quantity) => {
    const bound = most[name] ?? amount;
    return (compareQuantity(amount, bound) ?? 0) > 0 ? bound : amount;
  };
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, String(least(name, amount))]));
}
