import { limits } from "@skypanel/crds/limits.ts";
import { GROUP } from "@skypanel/crds/meta.ts";
import { hash } from "./kube/hash.ts";
import { managedByLabel, managedByValue, tenantLabel } from "./kube/inventory.ts";

/** On our own kinds: `control-plane` if they come from git; absent if an engineer applied them. */
export const managerLabel = `${GROUP}/managed-by`;
export const controlPlane = "control-plane";
/** On children and pods: the app, and the process within it. */
export const appLabel = `${GROUP}/app`;
export const processLabel = `${GROUP}/process`;
/** On our own kinds: the path of their file in git. */
export const sourceAnnotation = `${GROUP}/source`;
/** On pod templates: the restart that was last asked for. */
export const restartAnnotation = `${GROUP}/restart`;
/** On Deployments: their number of instances is an autoscaler's, so we do not apply it. */
export const autoscaledAnnotation = `${GROUP}/autoscaled`;
/** On a namespace that exists already: the Tenant an engineer hands it to. */
export const adoptAnnotation = `${GROUP}/adopt`;

const hashDigits = 8;

/**
 * The name of a child: `<owner>[-<part>]`. A longer one than `length` is cut and ends in a hash of the whole, so two
 * long names that begin alike stay apart.
 */
export function childName(owner: string, part?: string, length: number = limits.kube.nameLength): string {
  const whole = part === undefined ? owner : `${owner}-${part}`;
  if (whole.length <= length) return whole;
  // A dash at the cut would double the one before the hash.
  const start = whole.slice(0, length - hashDigits - 1).replace(/-+$/, "");
  return `${start}-${hash(whole).slice(0, hashDigits)}`;
}

/** What every child in a tenant's namespaces bears: whose it is, and that it is ours. */
export function tenantLabels(tenant: string): Record<string, string> {
  return { [managedByLabel]: managedByValue, [tenantLabel]: tenant };
}

/** What an app's children bear; with `process`, what the pods of that process bear too. */
export function appLabels(tenant: string, app: string, process?: string): Record<string, string> {
  return {
    ...tenantLabels(tenant),
    "app.kubernetes.io/name": app,
    "app.kubernetes.io/instance": app,
    ...(process === undefined ? {} : { "app.kubernetes.io/component": process }),
    ...podSelector(app, process),
  };
}

/** The labels that pick an app's pods, or those of one of its processes; stable, for a selector can never change. */
export function podSelector(app: string, process?: string): Record<string, string> {
  return process === undefined ? { [appLabel]: app } : { [appLabel]: app, [processLabel]: process };
}
