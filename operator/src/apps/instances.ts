import type { AppStatus } from "@skypanel/crds/kinds/app.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Millis } from "@skypanel/crds/time.ts";
import type { AppWorld, Process } from "./gather.ts";
import type { LivePod } from "./live.ts";
import { containerOf, lastEnd, podReason } from "./pod-health.ts";

type Instance = NonNullable<AppStatus["instances"]>[number];

const bounds = limits.app;
// A status has 16 KiB: only the first failing instances show what they wrote.
const withLines = 2;
const lineLength = 500;

/** The app's pods as people see them, by name, at most 50. */
export function instances(world: AppWorld, now: Millis): Instance[] {
  const all = world.processes.flatMap(({ process, pods }) => pods.map((pod) => ({ process, pod })));
  all.sort((a, b) => (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1));
  let left = withLines;
  return all.slice(0, bounds.instancesShown).map(({ process, pod }) => {
    const lines = left > 0 ? lastLines(pod) : [];
    if (lines.length > 0) left -= 1;
    return { ...instance(world, process, pod, now), ...(lines.length > 0 ? { lastLines: lines } : {}) };
  });
}

function instance(world: AppWorld, process: Process, pod: LivePod, now: Millis): Instance {
  const container = containerOf(pod);
  const why = podReason(world, process, pod, now);
  const startedAt = container?.state?.running?.startedAt;
  const exitCode = lastEnd(container)?.exitCode;
  return {
    name: pod.metadata.name,
    process: process.name,
    state: stateOf(pod),
    restarts: container?.restartCount ?? 0,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(exitCode === undefined ? {} : { lastExitCode: exitCode }),
    ...(why === undefined ? {} : { reason: why.name }),
  };
}

function stateOf(pod: LivePod): Instance["state"] {
  const { phase } = pod.status ?? {};
  const container = containerOf(pod);
  if (pod.metadata.deletionTimestamp !== undefined) return "Stopping";
  if (phase === "Failed" || phase === "Succeeded" || container?.state?.terminated) return "Failed";
  if (container?.ready) return "Ready";
  if (container?.state?.running) return container.started ? "NotReady" : "Starting";
  return (container?.restartCount ?? 0) > 0 ? "Failed" : "Pending";
}

// Terminal orders and direction marks are made harmless before people read them.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** What the container before wrote last; nothing for one that is well. */
function lastLines(pod: LivePod): string[] {
  const container = containerOf(pod);
  const message = container?.ready ? undefined : lastEnd(container)?.message;
  if (message === undefined) return [];
  const lines = message.trimEnd().split(/\r?\n/).slice(-bounds.lastLines);
  return lines.map((line) => line.replaceAll(unprintable, "\u{fffd}").slice(0, lineLength));
}
