import { existsSync } from "node:fs";
import { join } from "node:path";
import { type ClusterPlan, inside } from "../cluster/plan.ts";
import { attempt } from "../machine/run.ts";
import type { Component } from "./component.ts";

/** The socket of the cluster's own containerd. */
export function containerdSocket(plan: ClusterPlan): string {
  return join(plan.run, "containerd.sock");
}

/** The container runtime, apart from any other containerd of the machine. `pauseImage` holds each pod's namespaces. */
export function containerd(plan: ClusterPlan, pauseImage: string): Component {
  const file = join(plan.state, "containerd.toml");
  const cni = join(plan.state, "cni");
  return {
    daemon: { name: "containerd", program: "containerd", args: ["--config", file], namespace: plan.network.namespace },
    files: [
      [file, configuration(plan, cni, pauseImage)],
      [join(cni, "10-pods.conflist"), JSON.stringify(podNetwork(plan), null, 2)],
    ],
    ready: async () => {
      if (!existsSync(containerdSocket(plan))) return false;
      return (await attempt("ctr", ["--address", containerdSocket(plan), "version"])).code === 0;
    },
  };
}

function configuration(plan: ClusterPlan, cni: string, pauseImage: string): string {
  return `version = 2
root = "${join(plan.state, "containerd")}"
state = "${join(plan.run, "containerd")}"
[grpc]
  address = "${containerdSocket(plan)}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${join(plan.state, "containerd/opt")}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  # A container of this machine may not lower its out-of-memory score; runc would fail to start it.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${cni}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`;
}

/** Each pod has a link of its own to the node: all traffic between pods is then routed, where network policy can see it. */
function podNetwork(plan: ClusterPlan): object {
  const addresses = {
    type: "host-local",
    ranges: [[{ subnet: inside.nodePods, gateway: inside.podGateway }]],
    routes: [{ dst: "0.0.0.0/0" }],
    dataDir: join(plan.run, "addresses"),
  };
  return {
    cniVersion: "0.4.0",
    name: "pods",
    plugins: [
      { type: "ptp", ipMasq: true, ipam: addresses },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}
