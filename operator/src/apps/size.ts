import { autoscaledAnnotation } from "../labels.ts";
import { asleep } from "./asleep.ts";
import type { AppWorld, ProcessWorld } from "./gather.ts";

/** How many instances a process has, and who says so. `isNew`: the autoscaler has not been given it yet. */
export type Size =
  | { readonly by: "us"; readonly replicas: number }
  | { readonly by: "autoscaler"; readonly replicas: number; readonly isNew: boolean };

type World = Pick<AppWorld, "app" | "tenant">;

/**
 * The size of a process. An autoscaler acts on nothing that has no instance, so we bring up the first ones and hand over
 * what runs then.
 */
export function sizeOf(world: World, one: ProcessWorld): Size {
  const { process, deployment } = one;
  if (asleep(world) !== undefined) return { by: "us", replicas: 0 };
  if (process.autoscaling === undefined) return { by: "us", replicas: process.replicas };
  const running = deployment?.spec?.replicas ?? 0;
  const isNew = deployment?.metadata.annotations?.[autoscaledAnnotation] === undefined;
  if (running > 0) return { by: "autoscaler", replicas: running, isNew };
  const { min, max } = process.autoscaling;
  const first = lastSize(world, one) ?? process.replicas;
  return { by: "us", replicas: Math.min(max, Math.max(min, first)) };
}

/** The instances an autoscaled process that stands still is to begin with again; undefined if it never had any. */
export function resumeSize(world: World, one: ProcessWorld): number | undefined {
  if (one.process.autoscaling === undefined) return undefined;
  return lastSize(world, one);
}

/**
 * The last size that is known. What was recorded at the stop wins over what runs, which may be somebody's edit; a stop
 * that died before it was recorded left the size as the status of before has it.
 */
function lastSize({ app }: World, { process, deployment }: ProcessWorld): number | undefined {
  const last = app.status?.processes?.find(({ name }) => name === process.name);
  return [last?.resumeReplicas, deployment?.spec?.replicas, last?.desired].find((size) => (size ?? 0) > 0);
}
