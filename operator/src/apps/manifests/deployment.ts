import { limits } from "@skypanel/crds/limits.ts";
import { parseCpu, printCpu } from "@skypanel/crds/quantity.ts";
import type { Child } from "../../kube/controller.ts";
import type { JsonObject } from "../../kube/kube.ts";
import { deployments } from "../../kube/resources.ts";
import { appLabels, autoscaledAnnotation, childName, podSelector, restartAnnotation } from "../../labels.ts";
import { restrictedPod } from "../../pod.ts";
import type { AppWorld, Process, ProcessWorld } from "../gather.ts";
import { type Size, sizeOf } from "../size.ts";
import { environment, literal } from "./environment.ts";
import { probes } from "./probes.ts";

// The proxies of the cluster go on sending for a moment after a pod began to stop.
const drainSeconds = 5;
// A quarter is promised, the whole may be used: processor time can be shared, unlike memory.
const promisedCpu = 4;

/**
 * The Deployment of a process. A new pod is ready before an old one goes, and an old one serves until nobody sends to
 * it any more, so a rollout fails no request, also with one instance.
 */
export function deployment(world: AppWorld, one: ProcessWorld): Child {
  const { app, namespace, tenant } = world;
  const { process } = one;
  const size = sizeOf(world, one);
  const name = app.metadata.name;
  const labels = appLabels(tenant?.metadata.name ?? "", name, process.name);
  const { restartRequest, rollout } = app.spec;
  const isOurs = size.by === "us";
  return {
    resource: deployments,
    ...handOver(size),
    manifest: {
      metadata: {
        ...{ name: childName(name, process.name), namespace, labels },
        ...(isOurs ? {} : { annotations: { [autoscaledAnnotation]: "true" } }),
      },
      spec: {
        ...(isOurs ? { replicas: size.replicas } : {}),
        revisionHistoryLimit: 2,
        progressDeadlineSeconds: rollout.progressDeadlineSeconds,
        selector: { matchLabels: podSelector(name, process.name) },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          metadata: {
            labels,
            ...(restartRequest ? { annotations: { [restartAnnotation]: restartRequest } } : {}),
          },
          spec: pod(world, process),
        },
      },
    },
  };
}

/** The autoscaler begins with what runs. */
function handOver(size: Size): Pick<Child, "handOver"> {
  if (size.by === "us" || !size.isNew) return {};
  return { handOver: { manager: "skypanel-replicas", fields: { spec: { replicas: size.replicas } } } };
}

function pod(world: AppWorld, process: Process): JsonObject {
  const name = world.app.metadata.name;
  const { pullSecret } = world.app.spec.source.image;
  const drain = process.type === "Web" ? drainSeconds : 0;
  return restrictedPod({
    serviceAccount: name,
    // The drain counts against it, so it is added, as far as the limit allows.
    graceSeconds: Math.min(limits.app.terminationGraceSeconds, process.terminationGraceSeconds + drain),
    ...(pullSecret === undefined ? {} : { pullSecret }),
    spread: podSelector(name, process.name),
    container: container(world, process),
  });
}

function container(world: AppWorld, process: Process): JsonObject {
  const { command, port } = process;
  return {
    name: process.name,
    image: world.app.spec.source.image.reference,
    ...(command === undefined ? {} : { command: command.map(literal) }),
    ...environment(world, process),
    ...(port === undefined ? {} : { ports: [{ name: "http", containerPort: port, protocol: "TCP" }] }),
    resources: resources(process),
    ...probes(process),
    ...(port === undefined ? {} : { lifecycle: { preStop: { sleep: { seconds: drainSeconds } } } }),
    // The last lines of a container that failed come with its status: no log has to be fetched.
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/** Scratch disk is bounded and not promised: a machine that does not measure its disk could take no pod at all. */
function resources({ resources: { cpu, memory, ephemeralStorage } }: Process): JsonObject {
  const promised = printCpu(Math.max(1, Math.ceil((parseCpu(cpu) ?? 0) / promisedCpu)));
  return {
    requests: { cpu: promised, memory: String(memory), "ephemeral-storage": "0" },
    limits: { cpu: String(cpu), memory: String(memory), "ephemeral-storage": String(ephemeralStorage) },
  };
}
