import { reason } from "@skypanel/crds/reasons.ts";
import type { Child } from "../kube/controller.ts";
import type { Problem } from "../kube/outcome.ts";
import type { AppWorld } from "./gather.ts";
import { autoscaler } from "./manifests/autoscaler.ts";
import { deployment } from "./manifests/deployment.ts";
import { disruptionBudget } from "./manifests/disruption-budget.ts";
import { ingress } from "./manifests/ingress.ts";
import { networkPolicy } from "./manifests/network-policy.ts";
import { service } from "./manifests/service.ts";
import { serviceAccount } from "./manifests/service-account.ts";

/** What an app consists of, or why that cannot be said yet; what runs stays as it is meanwhile. */
export function desired(world: AppWorld): Child[] | Problem {
  return (
    problem(world) ?? [
      serviceAccount(world),
      ...world.processes.flatMap(({ process, ...rest }) => [
        ...networkPolicy(world, process),
        ...service(world, process),
        deployment(world, { process, ...rest }),
        ...autoscaler(world, process),
        ...disruptionBudget(world, process),
      ]),
      ...ingress(world),
    ]
  );
}

function problem({ tenant, sources }: AppWorld): Problem | undefined {
  if (tenant === undefined) return { k: "stop", reason: reason("NamespaceNotManaged", {}) };
  const missing = sources.find(({ secret }) => secret === undefined);
  if (missing === undefined) return undefined;
  const { kind, name } = missing.source;
  const why = missing.exists ? "DependencyNotReady" : "ReferenceMissing";
  return { k: "wait", reason: reason(why, { kind, name }) };
}
