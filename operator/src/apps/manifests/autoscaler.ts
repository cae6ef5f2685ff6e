import { parseCpu, parseMemory, printCpu, printMemory } from "@skypanel/crds/quantity.ts";
import type { Child } from "../../kube/controller.ts";
import type { JsonObject } from "../../kube/kube.ts";
import { apiVersionOf, autoscalers, deployments } from "../../kube/resources.ts";
import { appLabels, childName } from "../../labels.ts";
import { asleep } from "../asleep.ts";
import type { AppWorld, Process } from "../gather.ts";

// Instances are taken away only when the load has been low for so long.
const calmSeconds = 300;

/** What decides the size of a process from its load; none for a fixed size, or while the app stands still. */
export function autoscaler(world: AppWorld, process: Process): Child[] {
  if (process.autoscaling === undefined || asleep(world) !== undefined) return [];
  const { app, namespace, tenant } = world;
  const { min, max } = process.autoscaling;
  const name = childName(app.metadata.name, process.name);
  const labels = appLabels(tenant?.metadata.name ?? "", app.metadata.name, process.name);
  return [
    {
      resource: autoscalers,
      manifest: {
        metadata: { name, namespace, labels },
        spec: {
          scaleTargetRef: { apiVersion: apiVersionOf(deployments), kind: deployments.kind, name },
          minReplicas: min,
          maxReplicas: max,
          metrics: metrics(process, process.autoscaling),
          behavior: { scaleDown: { stabilizationWindowSeconds: calmSeconds } },
        },
      },
    },
  ];
}

/** Parts of an instance's size. A share in percent would be of what is promised to it, which is less. */
function metrics({ resources }: Process, { cpuPercent, memoryPercent }: NonNullable<Process["autoscaling"]>) {
  const millicores = Math.ceil(((parseCpu(resources.cpu) ?? 0) * cpuPercent) / 100);
  const cpu = target("cpu", printCpu(Math.max(1, millicores)));
  if (memoryPercent === undefined) return [cpu];
  const bytes = Math.ceil(((parseMemory(resources.memory) ?? 0) * memoryPercent) / 100);
  return [cpu, target("memory", printMemory(Math.max(1, bytes)))];
}

function target(name: string, averageValue: string): JsonObject {
  return { type: "Resource", resource: { name, target: { type: "AverageValue", averageValue } } };
}
