import type { Check } from "@skypanel/control-plane/contract/agent.ts";
import type { StateSource } from "@skypanel/crds/kinds/state-source.ts";
import type { Survey } from "./survey.ts";

/** What the checklist is made of. */
export interface Facts {
  readonly versions: { readonly operator: string; readonly kubernetes: string };
  readonly survey: Survey | undefined;
  readonly source: StateSource | undefined;
  readonly isTunnelOpen: boolean;
  readonly namespace: string;
}

type State = Check["state"];

function line(id: Check["id"], state: State, detail: string, command: string | null = null): Check {
  return { id, state, detail: detail.slice(0, 500), command };
}

/** The live checklist an administrator sees while a cluster joins and after. */
export function checks(facts: Facts): Check[] {
  return [
    line("connected", "ok", "The control plane hears this cluster."),
    versions(facts),
    permissions(facts),
    storage(facts),
    ingress(facts),
    desiredState(facts),
    tunnel(facts),
  ];
}

function versions({ versions: { kubernetes, operator } }: Facts): Check {
  const minor = Number(/^v1\.(\d+)/.exec(kubernetes)?.[1] ?? Number.NaN);
  const detail = `Kubernetes ${kubernetes}, operator ${operator}`;
  if (minor >= 33) return line("versions", "ok", detail);
  return line("versions", "failed", `${detail}: Kubernetes 1.33 or newer is needed.`, "kubectl version");
}

function permissions({ survey, namespace }: Facts): Check {
  const command = `kubectl auth can-i --list --as=system:serviceaccount:${namespace}:skypanel-operator`;
  if (survey === undefined) return line("permissions", "waiting", "The cluster is being looked at.");
  if (survey.forbidden.length === 0) return line("permissions", "ok", "All that is needed may be read.");
  return line("permissions", "failed", `May not list ${survey.forbidden.join(", ")}: upgrade the chart.`, command);
}

function storage({ survey }: Facts): Check {
  const command = "kubectl get storageclass";
  if (survey?.storageClasses === undefined) return line("storageClass", "waiting", "Not known yet.", command);
  const chosen = survey.storageClasses.find(({ isDefault }) => isDefault);
  if (chosen !== undefined) return line("storageClass", "ok", `${chosen.name} is the default.`);
  const named = survey.storageClasses.map(({ name }) => name).join(", ") || "none";
  return line("storageClass", "failed", `No default storage class (there is ${named}): volumes will wait.`, command);
}

function ingress({ survey }: Facts): Check {
  const command = "kubectl get ingressclass";
  if (survey?.ingressClasses === undefined) return line("ingress", "waiting", "Not known yet.", command);
  if (survey.ingressClasses.length > 0) return line("ingress", "ok", survey.ingressClasses.join(", "));
  return line("ingress", "failed", "No ingress class: apps will run but not be reachable.", command);
}

function desiredState({ source, namespace }: Facts): Check {
  const command = `kubectl describe statesources -n ${namespace}`;
  if (source?.status?.phase === undefined) return line("desiredState", "waiting", "Not fetched yet.", command);
  const { phase, applied, conditions = [] } = source.status;
  const why = conditions.find(({ type }) => type === "Ready")?.message ?? "";
  if (phase === "Failed" || phase === "Held") return line("desiredState", "failed", why || phase, command);
  if (applied === undefined) return line("desiredState", "waiting", why || "Nothing is applied yet.", command);
  return line("desiredState", "ok", `Commit ${applied.commit.slice(0, 12)} is applied.`);
}

function tunnel({ isTunnelOpen, namespace }: Facts): Check {
  if (isTunnelOpen) return line("tunnel", "ok", "Open: changes arrive at once, logs can be read.");
  const command = `kubectl logs -n ${namespace} deploy/skypanel-operator`;
  return line("tunnel", "waiting", "Not open: a proxy on the way may refuse WebSockets.", command);
}
