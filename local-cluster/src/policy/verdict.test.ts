import { describe, expect, it } from "vitest";
import type { Pod, Policy, World } from "./objects.ts";
import { verdicts } from "./verdict.ts";

const pod = (namespace: string, name: string, address: string, change: Partial<Pod["spec"]> = {}): Pod => ({
  metadata: { namespace, name, labels: { app: name } },
  spec: { containers: [{ ports: [{ name: "http", containerPort: 8080 }] }], ...change },
  status: { phase: "Running", podIP: address },
});

const policy = (spec: Policy["spec"]): Policy => ({ metadata: { namespace: "a", name: "p" }, spec });

const world = (...policies: Policy[]): World => ({
  pods: [pod("a", "web", "10.0.0.1"), pod("a", "db", "10.0.0.2"), pod("b", "web", "10.0.0.3")],
  namespaces: ["a", "b"].map((name) => ({ metadata: { name, labels: { name } } })),
  policies,
});

const web = { podSelector: { matchLabels: { app: "web" } } };

describe("verdicts", () => {
  it("leave pods alone that no policy selects", () => {
    expect(verdicts(world())).toEqual([]);
  });

  it("deny all in the policy's own namespace only", () => {
    const denied = verdicts(world(policy({ policyTypes: ["Ingress", "Egress"] })));
    expect(denied).toEqual([
      { address: "10.0.0.1", ingress: [], egress: [] },
      { address: "10.0.0.2", ingress: [], egress: [] },
    ]);
  });

  it("allow a pod of the same namespace, not its namesake elsewhere", () => {
    const [verdict] = verdicts(
      world(policy({ podSelector: { matchLabels: { app: "db" } }, ingress: [{ from: [web] }] })),
    );
    expect(verdict).toEqual({ address: "10.0.0.2", ingress: [{ block: "10.0.0.1/32" }], egress: undefined });
  });

  it("allow a namespace, and of it the pods that are named too", () => {
    const from = [{ namespaceSelector: { matchLabels: { name: "b" } }, ...web }];
    const [verdict] = verdicts(world(policy({ podSelector: { matchLabels: { app: "db" } }, ingress: [{ from }] })));
    expect(verdict?.ingress).toEqual([{ block: "10.0.0.3/32" }]);
  });

  it("find a named port at the pod that is connected to", () => {
    const egress = [{ to: [{ podSelector: {} }], ports: [{ port: "http" }] }];
    const [verdict] = verdicts(world(policy({ ...web, policyTypes: ["Egress"], egress })));
    expect(verdict?.egress).toEqual([
      { block: "10.0.0.1/32", protocol: "tcp", ports: "8080" },
      { block: "10.0.0.2/32", protocol: "tcp", ports: "8080" },
    ]);
  });

  it("allow ranges of ports and blocks with holes", () => {
    const to = [{ ipBlock: { cidr: "10.0.0.0/30", except: ["10.0.0.0/31"] } }];
    const egress = [{ to, ports: [{ protocol: "UDP", port: 50, endPort: 60 }] }];
    const [verdict] = verdicts(world(policy({ ...web, policyTypes: ["Egress"], egress })));
    expect(verdict?.egress).toEqual([{ block: "10.0.0.2/31", protocol: "udp", ports: "50:60" }]);
  });

  it("add up over policies: what one allows no other takes away", () => {
    const both = world(policy({ ...web }), policy({ ...web, ingress: [{}] }));
    expect(verdicts(both)[0]?.ingress).toEqual([{}]);
  });

  it("are not about pods that ended or share the node's address", () => {
    const ended = { ...pod("a", "job", "10.0.0.4"), status: { phase: "Succeeded", podIP: "10.0.0.4" } };
    const shared = pod("a", "agent", "10.0.0.5", { hostNetwork: true });
    expect(verdicts({ ...world(policy({})), pods: [ended, shared] })).toEqual([]);
  });
});
