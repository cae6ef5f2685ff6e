import type { Hands } from "../../operator/src/hands-at-work.ts";
import type { Live, Resource } from "../../operator/src/kube/kube.ts";

const of = (apiVersion: string, kind: string, plural: string): Resource => {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return { group, version, kind, plural, namespaced: true };
};

/** Whatever the operator, or Kubernetes on its behalf, could leave in a namespace. Events come and go by themselves. */
const kinds: readonly Resource[] = [
  of("v1", "Pod", "pods"),
  of("v1", "Service", "services"),
  of("v1", "ServiceAccount", "serviceaccounts"),
  of("v1", "Secret", "secrets"),
  of("v1", "ConfigMap", "configmaps"),
  of("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
  of("v1", "ResourceQuota", "resourcequotas"),
  of("v1", "LimitRange", "limitranges"),
  of("apps/v1", "Deployment", "deployments"),
  of("apps/v1", "ReplicaSet", "replicasets"),
  of("apps/v1", "StatefulSet", "statefulsets"),
  of("batch/v1", "Job", "jobs"),
  of("batch/v1", "CronJob", "cronjobs"),
  of("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
  of("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
  of("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
  of("networking.k8s.io/v1", "Ingress", "ingresses"),
  of("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"),
  of("paas.skypanel.io/v1alpha1", "App", "apps"),
  of("paas.skypanel.io/v1alpha1", "Sealed", "sealeds"),
];

/** Every object of a namespace. */
export async function everything({ kube }: Hands, namespace: string): Promise<readonly Live[]> {
  const lists = await Promise.all(
    kinds.map(async (resource) => {
      const found: Live[] = [];
      for await (const { items } of kube.list(resource, { namespace, limit: 500 })) found.push(...items);
      return found;
    }),
  );
  return lists.flat();
}
