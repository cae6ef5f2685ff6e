import { GROUP } from "@skypanel/crds/meta.ts";
import { managedByLabel, managedByValue, tenantLabel } from "../../kube/inventory.ts";
import type { Live } from "../../kube/kube.ts";
import { objectPath, withQuery } from "../../kube/paths.ts";
import { pods } from "../../kube/resources.ts";
import type { LogQuery } from "./requests.ts";

const appLabel = `${GROUP}/app`;

interface ContainerState {
  readonly containerID?: string;
  readonly state?: { readonly running?: object; readonly terminated?: object };
  readonly lastState?: { readonly terminated?: { readonly containerID?: string } };
}

/** The fields of a Pod that say whether it has a log. */
export interface LoggedPod extends Live {
  readonly status?: { readonly containerStatuses?: readonly ContainerState[] };
}

/** True for a pod we made for the asked app in the asked tenant's namespace: the only pods whose log is given. */
export function isAsked({ metadata }: Live, query: LogQuery): boolean {
  const labels = metadata.labels ?? {};
  return (
    metadata.namespace === query.namespace &&
    labels[managedByLabel] === managedByValue &&
    labels[tenantLabel] === query.tenant &&
    labels[appLabel] === query.app &&
    (query.instance === undefined || query.instance === metadata.name)
  );
}

/** The container whose log can be read now; undefined while it has not started. A restart makes another container. */
export function containerOf(pod: LoggedPod, query: LogQuery): string | undefined {
  const [container] = pod.status?.containerStatuses ?? [];
  if (query.previous === "true") return container?.lastState?.terminated?.containerID;
  const hasStarted = container?.state?.running !== undefined || container?.state?.terminated !== undefined;
  return hasStarted ? container?.containerID : undefined;
}

/** Where in a log to begin: after an instant, or with so many last lines; neither means at its beginning. */
export interface LogStart {
  readonly since?: string | undefined;
  readonly tail?: number | undefined;
}

/** Where the API server gives the pod's log. It knows whole seconds only: lines before `since` in its second come too. */
export function logPath(pod: Live, query: LogQuery, { since, tail }: LogStart): string {
  const { namespace, name } = pod.metadata;
  const ref = { resource: pods, name, ...(namespace === undefined ? {} : { namespace }) };
  return withQuery(`${objectPath(ref)}/log`, {
    timestamps: true,
    follow: query.previous !== "true",
    previous: query.previous === "true" ? true : undefined,
    sinceTime: since === undefined ? undefined : `${new Date(since).toISOString().slice(0, 19)}Z`,
    tailLines: tail,
  });
}
