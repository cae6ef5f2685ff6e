import type { AppStatus, app as appKind } from "@skypanel/crds/kinds/app.ts";
import { limits } from "@skypanel/crds/limits.ts";
import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import { type Millis, toRfc3339 } from "@skypanel/crds/time.ts";
import type { Applied, Ready, Verdict } from "../kube/controller.ts";
import type { Outcome } from "../kube/outcome.ts";
import { deployments } from "../kube/resources.ts";
import { urlOf } from "../settings.ts";
import { asleep } from "./asleep.ts";
import type { AppWorld, Process } from "./gather.ts";
import { countsOf, healthOf, worstOf } from "./health.ts";
import { hostOf, isHostTaken } from "./host.ts";
import { instances } from "./instances.ts";
import { patienceMs } from "./pod-health.ts";
import { resumeSize } from "./size.ts";

type Phase = NonNullable<AppStatus["phase"]>;
type Judgement = { readonly phase: Phase; readonly ready: Ready; readonly outcome: Outcome };

/** What is so of an app, from what runs and never from what was meant to. */
export function status(gathered: AppWorld, applied: Applied, now: Millis): Verdict<typeof appKind> {
  const world = afterApply(gathered, applied);
  const { phase, ready, outcome } = judge(world, applied, now);
  const host = isHostTaken(world) ? undefined : hostOf(world);
  const shown = instances(world, now);
  return {
    status: {
      phase,
      ...(host === undefined ? {} : { url: urlOf(host, world.settings.ingress), hosts: [{ host }] }),
      processes: world.processes.map((one) => {
        const { desired, updated, ready: serving } = countsOf(world, one);
        const most = (count: number) => Math.min(count, limits.app.replicas);
        return {
          name: one.process.name,
          type: one.process.type,
          desired: most(desired),
          updated: most(updated),
          ready: most(serving),
          ...resuming(gathered, one.process),
        };
      }),
      ...(shown.length === 0 ? {} : { instances: shown }),
    },
    ready,
    outcome,
  };
}

/** What an app that stands still will begin with; of the copy before this run, which may have stopped it. */
function resuming(before: AppWorld, { name }: Process): { resumeReplicas?: number } {
  const one = before.processes.find(({ process }) => process.name === name);
  const replicas = one === undefined || asleep(before) === undefined ? undefined : resumeSize(before, one);
  return replicas === undefined ? {} : { resumeReplicas: replicas };
}

/** The world with the Deployments as this run left them: the copies it began with do not know the change yet. */
function afterApply(world: AppWorld, { children }: Applied): AppWorld {
  const processes = world.processes.map((one) => {
    const name = one.deployment?.metadata.name;
    const done = children.find(
      ({ child, live }) => child.resource === deployments && live !== undefined && live.metadata.name === name,
    );
    return done?.live === undefined ? one : { ...one, deployment: done.live };
  });
  return { ...world, processes };
}

function judge(world: AppWorld, applied: Applied, now: Millis): Judgement {
  const serves = world.processes.every((one) => {
    const { desired, ready } = countsOf(world, one);
    return desired === 0 || ready > 0;
  });
  const problem = applied.problem ?? applied.children.find((child) => child.problem !== undefined)?.problem;
  if (problem !== undefined) return blocked(problem, serves && isDeployed(world));
  const asleepNow = asleep(world);
  if (asleepNow !== undefined) return resting(world, asleepNow, now);
  return running(world, serves, now);
}

/** What is asked cannot be rendered or applied yet; what ran goes on. */
function blocked(outcome: Exclude<Outcome, { k: "done" }>, serves: boolean): Judgement {
  const phase = serves ? "Degraded" : outcome.k === "stop" ? "Failed" : "Pending";
  return { phase, ready: { status: serves ? "True" : "False", reason: outcome.reason }, outcome };
}

function resting(
  world: AppWorld,
  { phase, reason: why }: NonNullable<ReturnType<typeof asleep>>,
  now: Millis,
): Judgement {
  const isGone = world.processes.every((one) => one.pods.length === 0 && healthOf(world, one, now).k === "healthy");
  const settled: Outcome = why.class === "s" ? { k: "stop", reason: why } : { k: "done" };
  const outcome: Outcome = isGone ? settled : { k: "wait", reason: underWay(world, now) };
  return { phase, ready: { status: "False", reason: why }, outcome };
}

function running(world: AppWorld, serves: boolean, now: Millis): Judgement {
  const health = worstOf(world.processes.map((one) => healthOf(world, one, now)));
  const status = serves ? "True" : "False";
  if (health.k === "degraded") {
    const { reason: why, stuck } = health;
    const outcome: Outcome =
      why.class === "s" || stuck ? { k: "stop", reason: why } : { k: "wait", afterMs: patienceMs, reason: why };
    return { phase: serves ? "Degraded" : "Failed", ready: { status, reason: why }, outcome };
  }
  if (health.k === "progressing") {
    const why = underWay(world, now);
    return {
      phase: "RollingOut",
      ready: { status, reason: why },
      outcome: { k: "wait", afterMs: patienceMs, reason: why },
    };
  }
  const host = hostOf(world);
  if (host !== undefined && isHostTaken(world)) {
    const why = reason("HostnameTaken", { host });
    return { phase: "Degraded", ready: { status: "False", reason: why }, outcome: { k: "stop", reason: why } };
  }
  return { phase: "Live", ready: { status, reason: reason("Running", {}) }, outcome: { k: "done" } };
}

function isDeployed({ processes }: AppWorld): boolean {
  return processes.some(({ deployment }) => deployment !== undefined);
}

/** RollingOut since the change began: the moment is the condition's own, so that looking again changes nothing. */
function underWay({ app }: AppWorld, now: Millis): Reason {
  const before = app.status?.conditions?.find(({ type, status }) => type === "Reconciling" && status === "True");
  return reason("RollingOut", { time: before?.lastTransitionTime ?? toRfc3339(now) });
}
