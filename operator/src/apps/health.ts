import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import type { Millis } from "@skypanel/crds/time.ts";
import type { AppWorld, ProcessWorld } from "./gather.ts";
import type { LiveDeployment } from "./live.ts";
import { podReason } from "./pod-health.ts";
import { sizeOf } from "./size.ts";

/** How a process stands. `stuck`: its rollout has passed its deadline, so waiting is no answer any more. */
export type Health =
  | { readonly k: "healthy" }
  | { readonly k: "progressing" }
  | { readonly k: "degraded"; readonly reason: Reason; readonly stuck: boolean };

/** Counts of a process's instances. */
export interface Counts {
  readonly desired: number;
  readonly updated: number;
  readonly ready: number;
  /** Of every version, those that are to go included. */
  readonly total: number;
}

/** What is of a process, by its Deployment. */
export function countsOf(world: AppWorld, one: ProcessWorld): Counts {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = one.deployment?.status ?? {};
  return { desired: sizeOf(world, one).replicas, updated: updatedReplicas, ready: readyReplicas, total: replicas };
}

/** The health of one process; the first answer wins. */
export function healthOf(world: AppWorld, one: ProcessWorld, now: Millis): Health {
  const { deployment } = one;
  const counts = countsOf(world, one);
  const isSettled = isObserved(deployment) && counts.updated === counts.desired && counts.total === counts.desired;
  if (isSettled && counts.ready === counts.desired) return { k: "healthy" };
  const stuck = conditionOf(deployment, "Progressing")?.reason === "ProgressDeadlineExceeded";
  const failing = worstPod(world, one, now) ?? refused(deployment);
  if (failing !== undefined && isSettled && counts.ready > 0) {
    return { k: "degraded", reason: reason("PartlyAvailable", { n: counts.ready, m: counts.desired }), stuck };
  }
  if (failing !== undefined) return { k: "degraded", reason: failing, stuck };
  if (!stuck) return { k: "progressing" };
  const time = `${world.app.spec.rollout.progressDeadlineSeconds} s`;
  return { k: "degraded", reason: reason("ProgressDeadline", { time }), stuck };
}

/** The worst of all: what a person must do something about, then what fails, then what is under way. */
export function worstOf(all: readonly Health[]): Health {
  const rank = (health: Health) => {
    if (health.k !== "degraded") return health.k === "healthy" ? 0 : 1;
    return health.reason.class === "s" || health.stuck ? 3 : 2;
  };
  return all.reduce<Health>((worst, health) => (rank(health) > rank(worst) ? health : worst), { k: "healthy" });
}

/** False until the Deployment's controller has seen the newest spec: until then its counts are of the one before. */
function isObserved(deployment: LiveDeployment | undefined): boolean {
  const { metadata, status } = deployment ?? {};
  return (status?.observedGeneration ?? -1) >= (metadata?.generation ?? 0);
}

function conditionOf(deployment: LiveDeployment | undefined, name: string) {
  return deployment?.status?.conditions?.find(({ type }) => type === name);
}

/** Of the newest version alone: an old one's failure is what the new one may be about to cure. */
function worstPod(world: AppWorld, { process, pods, newest }: ProcessWorld, now: Millis): Reason | undefined {
  const current = pods.filter(({ metadata }) => metadata.labels?.["pod-template-hash"] === newest);
  const found = current.map((pod) => podReason(world, process, pod, now)).filter((why) => why !== undefined);
  return found.find((why) => why.class === "s") ?? found[0];
}

/** Pods that the API server would not even take. */
function refused(deployment: LiveDeployment | undefined): Reason | undefined {
  const failure = conditionOf(deployment, "ReplicaFailure");
  if (failure?.status !== "True") return undefined;
  const message = failure.message ?? "";
  const quota = /exceeded quota: [^,]+, requested: ([^=]{1,63})=/.exec(message)?.[1];
  if (quota !== undefined) return reason("QuotaExceeded", { resource: quota.replace(/^(limits|requests)\./, "") });
  return reason("StartFailed", { why: message.slice(message.lastIndexOf(" is forbidden: ") + 1) });
}
