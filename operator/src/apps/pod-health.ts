import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import { fromRfc3339, type Millis } from "@skypanel/crds/time.ts";
import type { AppWorld, Process } from "./gather.ts";
import type { ContainerStatus, LivePod, Termination } from "./live.ts";
import { probeReason } from "./probe-reason.ts";

/** A container that runs this long and is not ready is not just starting. */
export const patienceMs: Millis = 30_000;

const pullFailures = new Set(["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "RegistryUnavailable"]);
const startFailures = new Set(["CreateContainerConfigError", "CreateContainerError", "RunContainerError"]);
// The kubelet's own, on probes that failed for good: its signals, not the program's exit.
const signalled = new Set([137, 143]);

/** The container of the app in `pod`; pods of ours have one. */
export function containerOf(pod: LivePod): ContainerStatus | undefined {
  return pod.status?.containerStatuses?.[0];
}

/** How the container ended when it last did. */
export function lastEnd(container: ContainerStatus | undefined): Termination | undefined {
  return container?.state?.terminated ?? container?.lastState?.terminated;
}

/** True if the probes of `pod` have failed for so long that it is worth asking what they say. */
export function isSilent(pod: LivePod, now: Millis): boolean {
  const container = containerOf(pod);
  if (pod.metadata.deletionTimestamp !== undefined || container === undefined || container.ready) return false;
  return runsLong(container, now) || wasEnded(container);
}

/** Why `pod` is not ready; undefined if it is, if it goes away, or if it may just be starting. First that answers wins. */
export function podReason(world: AppWorld, process: Process, pod: LivePod, now: Millis): Reason | undefined {
  const container = containerOf(pod);
  if (pod.metadata.deletionTimestamp !== undefined || container?.ready) return undefined;
  return (
    unscheduled(process, pod) ??
    notPulled(world, container) ??
    notStarted(container) ??
    outOfMemory(process, container) ??
    unhealthy(world, process, pod, container, now) ??
    crashed(container)
  );
}

function unscheduled({ resources }: Process, { status }: LivePod): Reason | undefined {
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False" || scheduled.reason !== "Unschedulable") return undefined;
  return reason("Unschedulable", { request: `${resources.memory} of memory and ${resources.cpu} CPU` });
}

function notPulled({ app }: AppWorld, container: ContainerStatus | undefined): Reason | undefined {
  const { reason: why = "", message } = container?.state?.waiting ?? {};
  if (!pullFailures.has(why)) return undefined;
  return reason("ImagePullFailed", { image: app.spec.source.image.reference, why: lastClause(message ?? why) });
}

function notStarted(container: ContainerStatus | undefined): Reason | undefined {
  const { reason: why = "", message } = container?.state?.waiting ?? {};
  if (startFailures.has(why)) return reason("StartFailed", { why: message ?? why });
  const end = lastEnd(container);
  if (end?.reason !== "StartError" && end?.reason !== "ContainerCannotRun") return undefined;
  return reason("StartFailed", { why: lastClause(end.message ?? end.reason) });
}

function outOfMemory({ resources }: Process, container: ContainerStatus | undefined): Reason | undefined {
  if (lastEnd(container)?.reason !== "OOMKilled") return undefined;
  return reason("OutOfMemory", { limit: String(resources.memory) });
}

function unhealthy(
  { probes }: AppWorld,
  process: Process,
  pod: LivePod,
  container: ContainerStatus | undefined,
  now: Millis,
): Reason | undefined {
  if (container === undefined || !(runsLong(container, now) || wasEnded(container))) return undefined;
  const said = probes.get(pod.metadata.uid ?? "");
  // Without the probe's own words an end by signal may be anything.
  return said === undefined && !container.state?.running ? undefined : probeReason(process, said);
}

/**
 * Three ends in five minutes, told by the kubelet's back-off: it grows from 10 s with each end and falls back after ten
 * good minutes, so 20 s and more mean the third end in a row.
 */
function crashed(container: ContainerStatus | undefined): Reason | undefined {
  const waiting = container?.state?.waiting;
  if (waiting?.reason !== "CrashLoopBackOff" || (container?.restartCount ?? 0) < 2) return undefined;
  if (/back-off 1?0s/.test(waiting.message ?? "")) return undefined;
  return reason("CrashLoop", { code: lastEnd(container)?.exitCode ?? "unknown" });
}

function runsLong({ state }: ContainerStatus, now: Millis): boolean {
  const since = fromRfc3339(state?.running?.startedAt ?? "");
  return since !== undefined && now - since >= patienceMs;
}

function wasEnded(container: ContainerStatus): boolean {
  return (container.restartCount ?? 0) > 0 && signalled.has(lastEnd(container)?.exitCode ?? 0);
}

/** The runtime wraps each layer's words round the cause, which stands last. */
function lastClause(message: string): string {
  return message.slice(message.lastIndexOf(": ") + 1).trim();
}
