import { join } from "node:path";
import { pkiFolder } from "../cluster/pki.ts";
import { type ClusterPlan, inside } from "../cluster/plan.ts";
import { attempt } from "../machine/run.ts";
import type { Component } from "./component.ts";

/** The folder of the files, newest named `audit.log`, that tell what accounts of the cluster called, an event a line. */
export function auditFolder(plan: ClusterPlan): string {
  return join(plan.state, "audit");
}

// Calls of programs in the cluster but not of its own parts; and who takes rights away, without which a refusal that
// follows looks like a right that was forgotten.
const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  // Not ResponseStarted: a watch that goes on is known by it alone.
  omitStages: ["RequestReceived"],
  rules: [
    {
      level: "Metadata",
      verbs: ["delete", "deletecollection"],
      resources: [{ group: "rbac.authorization.k8s.io", resources: ["rolebindings"] }],
    },
    { level: "None", userGroups: ["system:serviceaccounts:kube-system"] },
    { level: "Metadata", userGroups: ["system:serviceaccounts"] },
  ],
};

/** The API server, on the node's address, with Node and RBAC authorization and the aggregation layer. */
export function apiServer(plan: ClusterPlan, kubernetes: string): Component {
  const pki = (file: string) => join(pkiFolder(plan), file);
  const policy = join(plan.state, "audit-policy.json");
  const args = [
    `--audit-policy-file=${policy}`,
    `--audit-log-path=${join(auditFolder(plan), "audit.log")}`,
    "--audit-log-maxsize=100",
    "--audit-log-maxbackup=5",
    "--etcd-servers=http://127.0.0.1:2379",
    `--advertise-address=${plan.network.nodeAddress}`,
    `--service-cluster-ip-range=${inside.services}`,
    `--client-ca-file=${pki("ca.crt")}`,
    `--tls-cert-file=${pki("apiserver.crt")}`,
    `--tls-private-key-file=${pki("apiserver.key")}`,
    `--service-account-key-file=${pki("accounts.pub")}`,
    `--service-account-signing-key-file=${pki("accounts.key")}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    `--kubelet-certificate-authority=${pki("ca.crt")}`,
    `--kubelet-client-certificate=${pki("admin.crt")}`,
    `--kubelet-client-key=${pki("admin.key")}`,
    // The node's name resolves nowhere, and logs and exec must find it.
    "--kubelet-preferred-address-types=InternalIP",
    "--allow-privileged=true",
    `--requestheader-client-ca-file=${pki("ca.crt")}`,
    `--proxy-client-cert-file=${pki("front.crt")}`,
    `--proxy-client-key-file=${pki("front.key")}`,
    "--requestheader-allowed-names=front-proxy",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    "--enable-aggregator-routing=true",
  ];
  return {
    daemon: {
      name: "kube-apiserver",
      program: kubernetes,
      args: ["kube-apiserver", ...args],
      namespace: plan.network.namespace,
    },
    files: [[policy, JSON.stringify(auditPolicy)]],
    ready: async () => {
      const asked = await attempt(kubernetes, ["kubectl", "--kubeconfig", plan.kubeconfig, "get", "--raw", "/readyz"]);
      return asked.code === 0;
    },
  };
}
