import type { TenantStatus, tenant as tenantKind } from "@skypanel/crds/kinds/tenant.ts";
import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import type { Applied, Verdict } from "../kube/controller.ts";
import type { Live } from "../kube/kube.ts";
import { resourceQuotas } from "../kube/resources.ts";
import { suspensionReason } from "../suspension.ts";
import type { TenantWorld } from "./gather.ts";
import { namespacesOf } from "./names.ts";

type TenantVerdict = Verdict<typeof tenantKind>;

/** What is so of a tenant: it is ready once every part of it is in place. */
export function status(world: TenantWorld, applied: Applied): TenantVerdict {
  const suspended = suspensionReason(world.tenant.spec.suspended);
  const missing = missingPart(world, applied);
  if (missing !== undefined) {
    return verdict(world, applied, "Pending", "False", missing, { k: "wait", reason: missing });
  }
  if (suspended !== undefined) {
    return verdict(world, applied, "Suspended", "False", suspended, { k: "stop", reason: suspended });
  }
  return verdict(world, applied, "Active", "True", reason("Running", {}), { k: "done" });
}

function verdict(
  world: TenantWorld,
  applied: Applied,
  phase: TenantStatus["phase"] & string,
  ready: "True" | "False",
  why: Reason,
  outcome: TenantVerdict["outcome"],
): TenantVerdict {
  const namespace = namespacesOf(world.tenant).run;
  return {
    status: { phase, namespace, ...usageIn(applied, namespace) },
    ready: { status: ready, reason: why },
    outcome,
  };
}

/** What is not in place yet: a namespace that goes away, a part that could not be applied. */
function missingPart({ namespaces }: TenantWorld, { children }: Applied): Reason | undefined {
  const going = namespaces.find(({ status: { phase } = {} }) => phase === "Terminating");
  if (going !== undefined) return reason("DependencyNotReady", { kind: "Namespace", name: going.metadata.name });
  const lost = children.find(({ live, result }) => live === undefined || result === "failed")?.child;
  if (lost === undefined) return undefined;
  return reason("DependencyNotReady", { kind: lost.resource.kind, name: lost.manifest.metadata.name });
}

interface LiveQuota extends Live {
  readonly status?: { readonly used?: Readonly<Record<string, string>> };
}

/** What of its quota the tenant's apps use, as the quota itself counts it. */
function usageIn({ children }: Applied, namespace: string): Pick<TenantStatus, "usage"> {
  const found = children.find(
    ({ child, live }) => child.resource === resourceQuotas && live?.metadata.namespace === namespace,
  );
  const live: LiveQuota | undefined = found?.live;
  const used = live?.status?.used;
  if (used === undefined) return {};
  const amounts = {
    cpu: used["limits.cpu"],
    memory: used["limits.memory"],
    ephemeralStorage: used["limits.ephemeral-storage"],
    storage: used["requests.storage"],
    pods: used.pods,
  };
  return { usage: Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== undefined)) };
}
