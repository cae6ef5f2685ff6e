import type { Child } from "../../kube/controller.ts";
import { disruptionBudgets } from "../../kube/resources.ts";
import { appLabels, childName, podSelector } from "../../labels.ts";
import { asleep } from "../asleep.ts";
import type { AppWorld, Process } from "../gather.ts";

/** Machines are emptied one instance at a time. With a single one it would only stop the machine's maintenance. */
export function disruptionBudget(world: AppWorld, process: Process): Child[] {
  if ((process.autoscaling?.max ?? process.replicas) < 2 || asleep(world) !== undefined) return [];
  const { app, namespace, tenant } = world;
  const name = app.metadata.name;
  return [
    {
      resource: disruptionBudgets,
      manifest: {
        metadata: {
          name: childName(name, process.name),
          namespace,
          labels: appLabels(tenant?.metadata.name ?? "", name, process.name),
        },
        spec: {
          maxUnavailable: 1,
          selector: { matchLabels: podSelector(name, process.name) },
          // An instance that never becomes ready must not hold a machine.
          unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
      },
    },
  ];
}
