import type { JsonObject } from "./kube/kube.ts";

/** What a pod of a tenant may differ in; everything else is the same for all of them. */
export interface PodOptions {
  readonly container: JsonObject;
  readonly serviceAccount: string;
  readonly graceSeconds: number;
  readonly pullSecret?: string;
  /** Labels of its like, to spread over machines and zones. */
  readonly spread: Record<string, string>;
}

/** The security context a container of a tenant has; Pod Security `restricted` refuses anything less. */
export const restrictedContainer: JsonObject = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};

/**
 * A pod as a tenant may have it: not root, no capability, no token of the cluster, no environment made of the
 * neighbours' Services; spread over machines and zones where there are several.
 */
export function restrictedPod({ container, serviceAccount, graceSeconds, pullSecret, spread }: PodOptions): JsonObject {
  return {
    serviceAccountName: serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    terminationGracePeriodSeconds: graceSeconds,
    ...(pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
    topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { ...spread } },
      // Only pods of the same version count: the old ones are about to go.
      matchLabelKeys: ["pod-template-hash"],
    })),
    containers: [{ ...container, securityContext: restrictedContainer }],
  };
}
