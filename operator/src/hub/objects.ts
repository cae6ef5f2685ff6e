import type { ReportItem } from "@skypanel/control-plane/contract/agent.ts";
import { app } from "@skypanel/crds/kinds/app.ts";
import { sealed } from "@skypanel/crds/kinds/sealed.ts";
import { stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import type { KubeObject } from "@skypanel/crds/meta.ts";
import type { Millis } from "@skypanel/crds/time.ts";
import type { Reader } from "../kube/controller.ts";
import { tenantLabel } from "../kube/inventory.ts";
import type { Live } from "../kube/kube.ts";
import { namespaces, resourceOf } from "../kube/resources.ts";
import { reportItem } from "./report-item.ts";

const reported = [tenant, sealed, stateSource, app].map(resourceOf);

/** How an object of our kinds is reported; undefined if it is not. */
export function itemOf(object: Live, reader: Reader, now: Millis): ReportItem | undefined {
  const { namespace } = object.metadata;
  const owner = namespace === undefined ? undefined : reader.get({ resource: namespaces, name: namespace });
  // The caller hands objects of kinds of ours, which have a spec.
  return reportItem(object as KubeObject, owner?.metadata.labels?.[tenantLabel] ?? null, now);
}

/** Every object that is reported, as it is now. */
export function allItems(reader: Reader, now: Millis): ReportItem[] {
  return reported.flatMap((resource) => reader.list(resource)).flatMap((object) => itemOf(object, reader, now) ?? []);
}
