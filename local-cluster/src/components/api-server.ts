import { join } from "node:path";
import { pkiFolder } from "../cluster/pki.ts";
import { type ClusterPlan, inside } from "../cluster/plan.ts";
import { attempt } from "../machine/run.ts";
import type { Component } from "./component.ts";

/** The API server, on the node's address, with Node and RBAC authorization and the aggregation layer. */
export function apiServer(plan: ClusterPlan, kubernetes: string): Component {
  const pki = (file: string) => join(pkiFolder(plan), file);
  const args = [
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
    ready: async () => {
      const asked = await attempt(kubernetes, ["kubectl", "--kubeconfig", plan.kubeconfig, "get", "--raw", "/readyz"]);
      return asked.code === 0;
    },
  };
}
