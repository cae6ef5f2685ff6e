import type { ReportItem } from "@skypanel/control-plane/contract/agent.ts";
import { GROUP, type KubeObject } from "@skypanel/crds/meta.ts";
import { type Millis, toRfc3339 } from "@skypanel/crds/time.ts";
import { revisionAnnotation, tenantLabel } from "../kube/inventory.ts";

const kinds: readonly ReportItem["kind"][] = ["App", "Tenant", "Sealed", "StateSource"];

/** How an object is reported; undefined for kinds the control plane does not follow. `tenant` names its namespace's owner. */
export function reportItem(object: KubeObject, tenant: string | null, now: Millis): ReportItem | undefined {
  const kind = kinds.find((known) => known === object.kind);
  const { uid, name, namespace = null, generation = 0, labels = {}, annotations = {} } = object.metadata;
  if (kind === undefined || uid === undefined) return undefined;
  const managedBy = labels[`${GROUP}/managed-by`] === "control-plane" ? "control-plane" : "kubectl";
  // Specs from git are known where they came from, and sealed values are nobody's to read.
  const isNews = managedBy === "kubectl" && kind !== "Sealed";
  return {
    kind,
    namespace,
    name,
    uid,
    tenant: kind === "Tenant" ? name : (labels[tenantLabel] ?? tenant),
    managedBy,
    generation,
    revision: annotations[revisionAnnotation] ?? null,
    observedAt: toRfc3339(now),
    deleted: false,
    spec: isNews ? { ...object.spec } : null,
    status: { ...object.status },
  };
}

/** The same object, gone. */
export function goneItem(item: ReportItem): ReportItem {
  return { ...item, deleted: true, spec: null, status: null };
}

/** What customers see first: whether it serves. A change of it is reported at once. */
export function readiness({ status }: ReportItem): string {
  const conditions: unknown = status?.conditions;
  if (!Array.isArray(conditions)) return "";
  const ready = conditions.find((condition: unknown) => Object(condition).type === "Ready");
  return `${Object(ready).status}/${Object(ready).reason}`;
}
