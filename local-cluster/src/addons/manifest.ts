/** A Kubernetes object as it is applied. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
};

/** Returns the fields a hardened container has under Pod Security "restricted". */
export function restrictedContainer(): object {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** Returns the spec of a Deployment of one pod, `pod` being the pod's spec. */
export function onePod(labels: Readonly<Record<string, string>>, pod: object, more: object = {}): object {
  return { replicas: 1, ...more, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } };
}

/** Returns what a program of the cluster itself runs as: under the account of its name, ahead of all apps. */
export function systemPod(name: string, container: object, volume: object, more: object = {}): object {
  return {
    serviceAccountName: name,
    priorityClassName: "system-cluster-critical",
    ...more,
    containers: [{ name, securityContext: restrictedContainer(), ...container }],
    volumes: [volume],
  };
}

/** Returns a ClusterRole with its ServiceAccount and the binding between them, all of one name. */
export function serviceAccount(namespace: string, name: string, rules: readonly object[]): readonly Manifest[] {
  const rbac = "rbac.authorization.k8s.io";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  ];
}
